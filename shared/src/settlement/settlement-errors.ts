/** Statements, business dates and payouts. Part of `errorTable`. */
export const settlementErrors = {
  statement_mismatch: {
    http: 409,
    en: 'The statement does not agree with our records.',
    ko: '정산 내역이 장부와 일치하지 않습니다.',
  },
  date_closed: { http: 409, en: 'This business date is already closed.', ko: '이미 마감된 영업일입니다.' },
  date_not_closed: {
    http: 409,
    en: 'This business date is not closed here yet.',
    ko: '아직 마감되지 않은 영업일입니다.',
  },
  statement_pending: {
    http: 409,
    en: 'The statement is still being checked. Ask again.',
    ko: '정산 내역을 확인하고 있습니다. 잠시 후 다시 조회하세요.',
  },
  statement_conflict: {
    http: 409,
    en: 'Another statement was already presented for this date.',
    ko: '같은 영업일의 다른 정산 내역이 이미 접수되었습니다.',
  },
  bank_account_missing: {
    http: 409,
    en: 'A shop that is to be paid has no bank account on record.',
    ko: '지급할 가맹점의 입금 계좌가 등록되어 있지 않습니다.',
  },
  date_open_payments: {
    http: 409,
    en: 'Unresolved payments remain for this business date.',
    ko: '처리 중인 결제가 남아 있어 마감할 수 없습니다.',
  },
} as const;
