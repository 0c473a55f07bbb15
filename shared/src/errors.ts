import { cashReceiptErrors } from './cash-receipt/receipt-errors.ts';
import { commandErrors } from './command-errors.ts';
import { configErrors } from './fleet/config-errors.ts';
import { identityErrors } from './identity-errors.ts';
import { linkErrors } from './link-errors.ts';
import { scheduleErrors } from './schedule-errors.ts';
import { setUpErrors } from './set-up-errors.ts';
import { settlementErrors } from './settlement/settlement-errors.ts';
import { staffErrors } from './staff-errors.ts';
import { updateErrors } from './update-errors.ts';

/**
 * The one error type and its closed table of codes.
 *
 * A code is stable: it crosses the wire, it is printed on the counter page and in logs, and support staff search for
 * it. `http` is the status an HTTP API answers with; `en` and `ko` are the words for the person at that screen.
 */
export const errorTable = {
  // Input of a person or another program
  invalid_input: {
    http: 400,
    en: 'Some of the information is missing or wrong.',
    ko: '입력한 내용에 빠졌거나 잘못된 것이 있습니다.',
  },
  card_number_invalid: { http: 400, en: 'The card number is not valid.', ko: '카드번호가 올바르지 않습니다.' },
  card_expiry_past: { http: 400, en: 'The card has expired.', ko: '유효기간이 지난 카드입니다.' },
  offer_unknown: { http: 400, en: 'This offer is no longer available.', ko: '더 이상 제공되지 않는 상품입니다.' },
  schedule_past: { http: 400, en: 'The visit date has already passed.', ko: '이용일이 이미 지났습니다.' },
  registration_conflict: {
    http: 409,
    en: 'This registration was already made with other data.',
    ko: '같은 등록번호로 다른 내용이 이미 접수되었습니다.',
  },
  registration_lapsed: {
    http: 410,
    en: 'The registration was not finished in time. Please register again.',
    ko: '등록이 제시간에 끝나지 않았습니다. 다시 등록해 주세요.',
  },
  not_found: { http: 404, en: 'There is nothing here.', ko: '찾을 수 없습니다.' },
  too_large: { http: 413, en: 'The message is too large.', ko: '메시지가 너무 큽니다.' },
  rate_limited: { http: 429, en: 'Too many tries. Wait a minute.', ko: '시도가 너무 많습니다. 잠시 후 다시 하세요.' },

  // The wire between box and operator
  version_unsupported: {
    http: 400,
    en: 'This message version is not supported.',
    ko: '지원하지 않는 메시지 버전입니다.',
  },
  signature_invalid: { http: 401, en: 'The signature does not match.', ko: '서명이 일치하지 않습니다.' },
  device_unknown: { http: 401, en: 'This box is not registered.', ko: '등록되지 않은 단말기입니다.' },
  device_mismatch: { http: 403, en: 'The message names another box.', ko: '다른 단말기의 메시지입니다.' },
  message_stale: { http: 400, en: 'The message came too late.', ko: '유효 시간이 지난 메시지입니다.' },
  payment_id_conflict: {
    http: 409,
    en: 'This payment id was used with other data.',
    ko: '같은 결제번호로 다른 내용이 접수되었습니다.',
  },
  payment_unknown: { http: 404, en: 'No such payment is known.', ko: '알 수 없는 결제입니다.' },
  payment_state: {
    http: 409,
    en: 'The payment is not in a state that allows this.',
    ko: '현재 결제 상태에서는 할 수 없는 요청입니다.',
  },

  ...identityErrors,
  ...cashReceiptErrors,
  ...commandErrors,
  ...setUpErrors,
  ...linkErrors,
  ...staffErrors,
  ...configErrors,
  ...updateErrors,
  ...scheduleErrors,

  // The auth barcode, checked at the box and again at the operator
  barcode_unreadable: { http: 400, en: 'This is not a ScanPay coupon.', ko: 'ScanPay 쿠폰이 아닙니다.' },
  barcode_forged: { http: 400, en: 'Forged coupon: the signature is wrong.', ko: '위조된 쿠폰입니다 (서명 불일치).' },
  barcode_issuer_unknown: {
    http: 400,
    en: 'This coupon was issued by an unknown operator.',
    ko: '알 수 없는 운영사의 쿠폰입니다.',
  },
  coupon_expired: { http: 400, en: 'The coupon has expired.', ko: '유효기간이 지난 쿠폰입니다.' },
  coupon_not_yet_valid: { http: 400, en: 'The coupon is not valid yet.', ko: '아직 사용할 수 없는 쿠폰입니다.' },

  // S09 refusals of the operator
  coupon_unknown: { http: 400, en: 'This coupon is not registered.', ko: '등록되지 않은 쿠폰입니다.' },
  coupon_used: { http: 400, en: 'This coupon has already been used.', ko: '이미 사용한 쿠폰입니다.' },
  fee_mismatch: { http: 409, en: 'The fees do not agree with the contract.', ko: '수수료가 계약과 다릅니다.' },
  contract_overlap: {
    http: 409,
    en: 'Another version of the contract already holds for these dates.',
    ko: '같은 기간에 적용되는 계약이 이미 있습니다.',
  },
  coupon_revoked: { http: 400, en: 'This coupon was cancelled.', ko: '취소된 쿠폰입니다.' },
  wrong_merchant: { http: 400, en: 'This coupon is not for this shop.', ko: '이 가맹점에서 쓸 수 없는 쿠폰입니다.' },
  offer_not_held: {
    http: 400,
    en: 'The coupon does not hold the chosen offer.',
    ko: '선택한 상품이 이 쿠폰에 없습니다.',
  },
  terms_unknown: {
    http: 400,
    en: 'The offline check does not follow terms of the operator.',
    ko: '오프라인 확인이 운영사의 조건과 다릅니다.',
  },
  redeemed_in_future: {
    http: 400,
    en: 'The time of the offline check lies in the future.',
    ko: '오프라인 확인 시각이 현재보다 늦습니다.',
  },
  identity_mismatch: {
    http: 400,
    en: 'The coupon does not match the registration.',
    ko: '쿠폰 내용이 등록정보와 다릅니다.',
  },
  card_needs_barcode: {
    http: 400,
    en: 'Card payment needs the barcode; the auth number allows cash only.',
    ko: '인증번호로는 현금 결제만 됩니다. 카드는 바코드가 필요합니다.',
  },
  recheck_refused: {
    http: 400,
    en: 'The confirmed details still do not match.',
    ko: '확인한 내용이 여전히 일치하지 않습니다.',
  },
  payment_reversed: { http: 409, en: 'The payment was reversed before it was made.', ko: '망취소된 결제입니다.' },

  // S10 refusals of the PG and the card company
  card_declined: { http: 402, en: 'The card company declined the card.', ko: '카드사에서 승인을 거절했습니다.' },
  card_limit_exceeded: { http: 402, en: 'The card limit is exceeded.', ko: '카드 한도를 초과했습니다.' },
  card_lost_or_stolen: {
    http: 402,
    en: 'The card is reported lost or stolen.',
    ko: '분실 또는 도난 신고된 카드입니다.',
  },
  card_box_unopenable: {
    http: 400,
    en: 'The card data in the coupon cannot be opened.',
    ko: '쿠폰의 카드정보를 열 수 없습니다.',
  },
  refund_limit: {
    http: 409,
    en: 'The amount is more than what is left to refund.',
    ko: '환불 가능 금액을 넘었습니다.',
  },
  refund_window: {
    http: 409,
    en: 'The time in which this payment could be refunded is over.',
    ko: '환불 가능 기간이 지났습니다.',
  },

  ...settlementErrors,

  // The box itself
  offline: {
    http: 503,
    en: 'No connection. Card payment is not possible now.',
    ko: '통신이 끊겼습니다. 카드 결제를 할 수 없습니다.',
  },
  offline_terms_missing: {
    http: 503,
    en: 'No connection, and this box may not check cash coupons by itself now.',
    ko: '통신이 끊겼습니다. 지금은 현금 쿠폰도 단말기에서 확인할 수 없습니다.',
  },
  offline_limit: {
    http: 503,
    en: 'No connection, and the limit for offline cash coupons is reached.',
    ko: '통신이 끊겼습니다. 오프라인 현금 확인 한도를 모두 사용했습니다.',
  },
  offline_needs_barcode: {
    http: 503,
    en: 'No connection. Offline, only the barcode of the coupon can be checked.',
    ko: '통신이 끊겼습니다. 오프라인에서는 쿠폰 바코드만 확인할 수 있습니다.',
  },
  coupon_waiting: {
    http: 409,
    en: 'This coupon was redeemed here offline and is still to be confirmed.',
    ko: '오프라인에서 사용한 쿠폰입니다. 확인이 끝난 뒤 다시 하세요.',
  },
  sale_not_entered: { http: 409, en: 'Enter the amount first, then scan.', ko: '금액을 먼저 입력한 뒤 스캔하세요.' },
  busy: { http: 409, en: 'Another payment is under way.', ko: '다른 결제를 처리하고 있습니다.' },
  printer_queue_full: {
    http: 409,
    en: 'Too many receipts wait for the printer. See to the printer first.',
    ko: '출력 대기 영수증이 너무 많습니다. 먼저 프린터를 확인하세요.',
  },
  clock_untrusted: { http: 503, en: 'The clock is not set yet.', ko: '시계가 아직 맞춰지지 않았습니다.' },
  journal_full: {
    http: 503,
    en: 'The box has too many unresolved payments.',
    ko: '처리되지 않은 결제가 너무 많습니다.',
  },
  camera_missing: { http: 404, en: 'This box has no camera.', ko: '이 단말기에는 카메라가 없습니다.' },
  camera_program_missing: {
    http: 503,
    en: 'The camera program is missing. Install the package rpicam-apps.',
    ko: '카메라 프로그램이 없습니다. rpicam-apps 패키지를 설치하세요.',
  },
  camera_silent: {
    http: 503,
    en: 'No picture comes from the camera. Switch off and reseat its ribbon cable.',
    ko: '카메라 영상이 오지 않습니다. 전원을 끄고 리본 케이블을 다시 끼우세요.',
  },
  camera_failed: {
    http: 503,
    en: 'The camera does not work. Check its cable, and that nothing else uses it.',
    ko: '카메라가 작동하지 않습니다. 케이블을 확인하고, 카메라를 쓰는 다른 프로그램을 끄세요.',
  },
  camera_busy: { http: 409, en: 'A picture is already being taken.', ko: '이미 사진을 찍고 있습니다.' },
  picture_reader_failed: {
    http: 503,
    en: 'The box cannot look for codes in pictures just now. It is starting again.',
    ko: '지금은 영상에서 코드를 찾을 수 없습니다. 다시 시작하고 있습니다.',
  },
  printer_fault: { http: 503, en: 'The printer needs attention.', ko: '프린터를 확인하세요.' },
  database_unavailable: {
    http: 503,
    en: 'The records cannot be reached just now. Try again shortly.',
    ko: '지금은 장부에 접속할 수 없습니다. 잠시 후 다시 하세요.',
  },
  configuration: { http: 500, en: 'The configuration is wrong.', ko: '설정이 잘못되었습니다.' },
  upstream_unavailable: { http: 503, en: 'The payment network does not answer.', ko: '결제망이 응답하지 않습니다.' },
  internal: { http: 500, en: 'Something went wrong on our side.', ko: '내부 오류가 발생했습니다.' },
} as const satisfies Record<string, { http: number; en: string; ko: string }>;

export type ErrorCode = keyof typeof errorTable;

export const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorTable, text);
}

/** An unexpected failure that has a code. Expected refusals travel as values (`Refusal`), not as this. */
export class ScanPayError extends Error {
  readonly code: ErrorCode;
  /** What exactly was wrong, for the log and for a developer; never holds card or personal data. */
  readonly detail: string;

  constructor(code: ErrorCode, detail = '', options?: { cause?: unknown }) {
    super(detail === '' ? code : `${code}: ${detail}`, options);
    this.name = 'ScanPayError';
    this.code = code;
    this.detail = detail;
  }
}

/** Shape of every HTTP error body, and of the `error` part of a wire answer. */
export interface ErrorBody {
  code: ErrorCode;
  message: { en: string; ko: string };
  /** What was wrong, e.g. the JSON pointer of a bad field. */
  detail: string;
}

export function toErrorBody(code: ErrorCode, detail = ''): ErrorBody {
  const { en, ko } = errorTable[code];
  return { code, message: { en, ko }, detail };
}

/** An expected outcome: either a value, or a refusal with its code. */
export type Result<T> = { ok: true; value: T } | { ok: false; code: ErrorCode; detail: string };

export function accept<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(code: ErrorCode, detail = ''): { ok: false; code: ErrorCode; detail: string } {
  return { ok: false, code, detail };
}
