/** A customer's schedule, changed after the registration. Part of `errorTable`. */
export const scheduleErrors = {
  schedule_outside_validity: {
    http: 409,
    en: 'The coupon is not valid on these dates. The card data is no longer kept, so please register again for them.',
    ko: '쿠폰 유효기간을 벗어난 날짜입니다. 카드정보는 이미 삭제되었으므로, 이 날짜에 이용하시려면 새로 신청해 주세요.',
  },
  schedule_unchanged: {
    http: 409,
    en: 'Dates and headcount are already as you ask.',
    ko: '이미 같은 날짜와 인원으로 등록되어 있습니다.',
  },
  schedule_limit: {
    http: 409,
    en: 'The schedule of this offer was changed as often as is possible.',
    ko: '이 상품의 일정 변경 횟수를 모두 사용했습니다.',
  },
  schedule_pending: {
    http: 409,
    en: 'An earlier change is still being carried out. Try again shortly.',
    ko: '앞서 신청한 변경을 처리하고 있습니다. 잠시 후 다시 하세요.',
  },
  schedule_conflict: {
    http: 409,
    en: 'The schedule was changed otherwise meanwhile. Look at it again.',
    ko: '그 사이 일정이 다르게 변경되었습니다. 일정을 다시 확인하세요.',
  },
  coupon_unfinished: {
    http: 409,
    en: 'The coupon is still being made. Try again shortly.',
    ko: '쿠폰을 만들고 있습니다. 잠시 후 다시 하세요.',
  },
} as const;
