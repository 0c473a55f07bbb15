// @ts-check

/** @typedef {import('@scanpay/shared/api/box.ts').CounterView['kind']} CounterKind */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */
/** @typedef {import('../../../../../shared/src/web/icons.js').IconName} IconName */

/**
 * How each picture of the counter looks: a tone (colour), a sign and a word, so that none of the three is needed to tell
 * it from the others. `isOver`: the clerk may go on to the next customer.
 *
 * @type {Record<Exclude<CounterKind, 'idle'>, { tone: string, sign: IconName, name: Words, isOver: boolean }>}
 */
export const results = {
  'awaiting-scan': {
    tone: 'scan',
    sign: 'scan',
    name: { ko: '스캔 대기', en: 'Waiting for the coupon' },
    isOver: false,
  },
  paying: { tone: 'busy', sign: 'wait', name: { ko: '처리 중', en: 'Working' }, isOver: false },
  recheck: { tone: 'care', sign: 'pencil', name: { ko: '확인 필요', en: 'Check with the customer' }, isOver: false },
  unknown: { tone: 'open', sign: 'question', name: { ko: '결과 미확인', en: 'Result not known' }, isOver: false },
  approved: { tone: 'good', sign: 'check', name: { ko: '승인', en: 'Approved' }, isOver: true },
  redeemed: { tone: 'good', sign: 'cash', name: { ko: '오프라인 확인', en: 'Checked offline' }, isOver: true },
  declined: { tone: 'bad', sign: 'cross', name: { ko: '거절', en: 'Declined' }, isOver: true },
  refused: { tone: 'refused', sign: 'stop', name: { ko: '처리할 수 없음', en: 'Not accepted' }, isOver: true },
  reversed: { tone: 'undone', sign: 'back', name: { ko: '망취소 완료', en: 'Undone' }, isOver: true },
  'awaiting-refund': { tone: 'care', sign: 'scan', name: { ko: '환불', en: 'Refund' }, isOver: false },
  'cancel-offered': { tone: 'care', sign: 'alert', name: { ko: '결제 취소', en: 'Cancel a payment' }, isOver: false },
  cancelling: { tone: 'busy', sign: 'wait', name: { ko: '처리 중', en: 'Working' }, isOver: false },
  cancelled: { tone: 'returned', sign: 'back', name: { ko: '취소 완료', en: 'Cancelled' }, isOver: true },
  'cancel-declined': { tone: 'bad', sign: 'cross', name: { ko: '취소 거절', en: 'Cancel refused' }, isOver: true },
  updating: { tone: 'busy', sign: 'wait', name: { ko: '업데이트', en: 'Update' }, isOver: true },
};

/**
 * What the clerk does now, under the headline.
 *
 * @type {Partial<Record<CounterKind, Words>>}
 */
export const advice = {
  'awaiting-scan': { ko: '고객의 휴대폰 화면을 스캐너에 대 주세요.', en: "Hold the customer's phone to the scanner." },
  paying: { ko: '잠시만 기다려 주세요.', en: 'One moment, please.' },
  recheck: {
    ko: '거절이 아닙니다. 고객과 함께 확인해 주세요.',
    en: 'This is not a decline. Check with the customer.',
  },
  unknown: {
    ko: '단말기가 결과를 확인하고 있습니다. 확인되지 않으면 자동으로 취소합니다.',
    en: 'The box is asking. If there is no answer, it undoes the payment by itself.',
  },
  redeemed: {
    ko: '현금을 받고 임시 영수증을 드리세요. 승인번호는 통신이 복구된 뒤 정해집니다.',
    en: 'Take the cash and hand over the provisional slip. The approval number follows once online.',
  },
  declined: { ko: '청구된 금액이 없습니다.', en: 'Nothing was charged.' },
  cancelling: { ko: '잠시만 기다려 주세요.', en: 'One moment, please.' },
  updating: {
    ko: '1분쯤 뒤에 다시 결제할 수 있습니다.',
    en: 'Payments are possible again in about a minute.',
  },
  'awaiting-refund': {
    ko: '영수증의 코드를 스캔하세요. 영수증이 없으면 결제에 쓴 쿠폰을 스캔하세요.',
    en: 'Scan the code on the receipt or, without one, the coupon that paid.',
  },
  'cancel-declined': { ko: '원래 결제는 그대로 유효합니다.', en: 'The payment stands as it was.' },
  'cancel-offered': {
    ko: '돌려줄 금액을 확인하세요. 취소한 금액은 되살릴 수 없습니다.',
    en: 'Check the amount to give back. This cannot be taken back.',
  },
};
