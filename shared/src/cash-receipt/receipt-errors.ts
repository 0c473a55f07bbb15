/** Cash receipts (현금영수증). Part of `errorTable`. */
export const cashReceiptErrors = {
  cash_receipt_number_invalid: {
    http: 400,
    en: 'The number for the cash receipt is not valid. Ask the customer again.',
    ko: '현금영수증 번호가 올바르지 않습니다. 고객에게 번호를 다시 확인하세요.',
  },
  cash_receipt_unavailable: {
    http: 503,
    en: 'Cash receipts cannot be issued here just now. Sell without one, or try again shortly.',
    ko: '지금은 현금영수증을 신청할 수 없습니다. 현금영수증 없이 진행하거나 잠시 후 다시 하세요.',
  },
  cash_receipt_unopenable: {
    http: 400,
    en: 'The number for the cash receipt cannot be read. Enter the sale again.',
    ko: '현금영수증 번호를 읽을 수 없습니다. 판매를 다시 입력하세요.',
  },
  cash_receipt_refused: {
    http: 409,
    en: 'The tax service refused the cash receipt.',
    ko: '국세청에서 현금영수증 발급을 거절했습니다.',
  },
  cash_receipt_no_answer: {
    http: 503,
    en: 'The cash receipt service did not answer.',
    ko: '현금영수증 발급 사업자가 응답하지 않았습니다.',
  },
} as const;
