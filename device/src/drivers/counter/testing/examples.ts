import type { BoxView, CounterView, PaymentRow } from '@scanpay/shared/api/box.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CouponId, DeviceId, MerchantId, OfferId, PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCharge, won } from '@scanpay/shared/money.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { type BookedEvent, makeStatementLines, type StatementLine } from '@scanpay/shared/settlement/statement.ts';
import { findLineFaults } from '@scanpay/shared/settlement/statement-faults.ts';
import { splitRefundTax, splitTax } from '@scanpay/shared/tax/tax.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import type { Counter } from '../../../core/terminal/state.ts';
import { viewCounter } from '../../../core/terminal/view.ts';
import type { SpooledReceipt, StatementRecord } from '../../../ports/journal.ts';

/** 2026-11-23 14:05:00 in Seoul. */
export const nowMs = Date.UTC(2026, 10, 23, 5, 5);
const today = '2026-11-23' as BusinessDate;
const rates = { cardFeeBps: basisPoints(200), pgFeeBps: basisPoints(30), operatorFeeBps: basisPoints(70) };

const makePaymentId = (number: number) => `019ab7f2-51c0-7d31-8a44-${String(number).padStart(12, '0')}` as PaymentId;
export const paymentId = makePaymentId(1);

const approval: Approval = {
  approvalNumber: '30412277',
  approvedAtMs: nowMs - 4_000,
  businessDate: today,
  tender: 'card',
  offerId: 'o-seafood-set' as OfferId,
  offerTitle: { ko: '해물 한상 10% 할인', en: '10% off the seafood table' },
  headcount: 2,
  visitDate: today,
  listAmountWon: won(68_000),
  discountWon: won(6_800),
  split: splitCharge(won(61_200), rates),
  tax: splitTax(won(61_200), {}),
  contractVersion: 1,
  cardLast4: '4242',
  customerNameMasked: '홍*동',
};
const cashApproval: Approval = { ...approval, tender: 'cash', cardLast4: null };
const exemptApproval: Approval = { ...approval, tax: splitTax(won(61_200), { taxation: 'exempt' }) };

const cardSale = { tender: 'card', listAmountWon: won(68_000), headcount: 2, visitDate: today } as const;
const cashSale = { ...cardSale, tender: 'cash' } as const;
const untilMs = nowMs + 45_000;

/** Every picture the counter has, some of them in two variants. */
export const counters = {
  idle: { kind: 'idle' },
  'awaiting-scan': { kind: 'awaiting-scan', sale: cardSale, untilMs },
  'awaiting-scan-cash': { kind: 'awaiting-scan', sale: cashSale, untilMs },
  refused: { kind: 'refused', code: 'sale_not_entered', sale: null, untilMs },
  'refused-with-sale': { kind: 'refused', code: 'coupon_expired', sale: cardSale, untilMs },
  'refused-offline': { kind: 'refused', code: 'offline', sale: cardSale, untilMs },
  'choosing-offer': {
    kind: 'choosing-offer',
    paymentId,
    sale: cashSale,
    scanned: {
      coupon: { kind: 'barcode', couponId: '00112233aabbccdd' as CouponId, barcodeSha256: 'A'.repeat(43) },
      text: 'SP1:SAMPLE',
    },
    choices: [
      { offerId: 'o-seafood-set' as OfferId, title: { ko: '해물 한상 10% 할인', en: '10% off the seafood table' } },
      { offerId: 'o-breakfast' as OfferId, title: { ko: '아침 정식 할인', en: 'Off each breakfast' } },
    ],
    untilMs,
  },
  paying: { kind: 'paying', paymentId, sale: cardSale },
  recheck: {
    kind: 'recheck',
    paymentId,
    fields: [
      {
        name: 'offerId',
        choices: [
          { offerId: 'o-seafood-set' as OfferId, title: { ko: '해물 한상 10% 할인', en: '10% off the seafood table' } },
          {
            offerId: 'o-breakfast' as OfferId,
            title: { ko: '아침 정식 1인 2,000원 할인', en: '2,000 won off each breakfast' },
          },
        ],
      },
      { name: 'headcount', requested: 3, registered: 2 },
      {
        name: 'visitDate',
        requested: today,
        registeredFrom: '2026-11-24' as BusinessDate,
        registeredTo: '2026-11-27' as BusinessDate,
      },
    ],
    untilMs,
  },
  unknown: { kind: 'unknown', paymentId },
  approved: { kind: 'approved', paymentId, approval, untilMs },
  'approved-cash': { kind: 'approved', paymentId, approval: cashApproval, untilMs },
  'approved-exempt': { kind: 'approved', paymentId, approval: exemptApproval, untilMs },
  redeemed: {
    kind: 'redeemed',
    paymentId,
    redemption: {
      redeemedAtMs: nowMs,
      termsId: 'A'.repeat(43),
      offerId: approval.offerId,
      offerTitle: approval.offerTitle,
      listAmountWon: won(68_000),
      discountWon: won(6_800),
      chargedWon: won(61_200),
      headcount: 2,
      tax: splitTax(won(61_200), {}),
    },
    untilMs,
  },
  declined: { kind: 'declined', paymentId, code: 'card_limit_exceeded', untilMs },
  reversed: { kind: 'reversed', paymentId, untilMs },
  'awaiting-refund': { kind: 'awaiting-refund', untilMs },
  'cancel-offered': { kind: 'cancel-offered', paymentId, approval, leftWon: won(61_200), untilMs },
  'cancel-offered-rest': { kind: 'cancel-offered', paymentId, approval, leftWon: won(41_200), untilMs },
  cancelling: { kind: 'cancelling', cancelId: paymentId as never, paymentId, leftWon: won(0) },
  cancelled: {
    ...{ kind: 'cancelled', paymentId, amountWon: won(61_200), leftWon: won(0), untilMs },
    tax: splitTax(won(61_200), {}),
  },
  'cancelled-part': {
    ...{ kind: 'cancelled', paymentId, amountWon: won(20_000), leftWon: won(41_200), untilMs },
    tax: splitRefundTax({}, won(0), won(20_000)),
  },
  'cancel-declined': { kind: 'cancel-declined', paymentId, code: 'refund_window', untilMs },
} as const satisfies Record<string, Counter>;

export type CounterExample = keyof typeof counters;

export const counterView = (name: CounterExample): CounterView => viewCounter(counters[name] as Counter);

export const boxView: BoxView = {
  deviceId: 'box-sokcho-01',
  merchantName: '속초 밥상',
  nowMs,
  light: 'ready',
  lightMeaning: { ko: '스캔할 수 있습니다.', en: 'Ready to scan.' },
  lamp: {
    kind: 'ready',
    driver: 'onoff',
    detail: 'lines 17, 27, 22 of pinctrl-rp1, numbered from 571',
    passedOver: [],
  },
  linkUp: true,
  clockTrusted: true,
  scannerReady: true,
  camera: null,
  printer: 'ok',
  printerFaults: [],
  printerState: { ko: '정상', en: 'ready' },
  printerAdvice: null,
  openCount: 0,
  receiptsWaiting: 0,
  offline: {
    whyNot: null,
    waitingCount: 0,
    waitingWon: won(0),
    leftCount: 20,
    leftWon: won(1_000_000),
    untilMs: nowMs + 86_400_000,
    refused: [],
  },
  takesCashReceipts: true,
  clock: { source: 'operator', driftMs: 3, errorMs: 1, ratePpm: 4.2, comparedAtMs: nowMs - 60_000, warning: false },
  counter: counterView('idle'),
};

const row = (number: number, state: string, rest: Partial<PaymentRow> = {}): PaymentRow => ({
  paymentId: makePaymentId(number),
  state,
  tender: 'card',
  listAmountWon: won(68_000),
  offerId: null,
  declineCode: null,
  approval: null,
  refundedWon: won(0),
  cashReceipt: null,
  openedAtMs: nowMs - number * 611_000,
  ...rest,
});

export const payments: PaymentRow[] = [
  row(1, 'approved', { approval, offerId: approval.offerId }),
  row(2, 'unknown', { listAmountWon: won(24_000) }),
  row(3, 'declined', { declineCode: 'coupon_used' }),
  row(4, 'approved', { tender: 'cash', approval: cashApproval, offerId: approval.offerId }),
  row(5, 'cancelled', { approval, offerId: approval.offerId, refundedWon: won(61_200) }),
  row(6, 'approved', {
    refundedWon: won(20_000),
    approval: { ...approval, businessDate: '2026-11-22' as BusinessDate },
  }),
];

export const receipts: SpooledReceipt[] = [
  {
    receiptId: 2,
    state: 'queued',
    receipt: {
      kind: 'sale',
      receiptNo: '20261123-0002',
      merchantName: '속초 밥상',
      businessNumber: '123-45-67890',
      deviceId: 'box-sokcho-01' as never,
      reprint: false,
      paymentId,
      approvalNumber: approval.approvalNumber,
      tender: 'card',
      cardLast4: '4242',
      listAmountWon: approval.listAmountWon,
      discountWon: approval.discountWon,
      chargedWon: approval.split.chargedWon,
      headcount: 2,
      offerTitle: approval.offerTitle,
      customerNameMasked: approval.customerNameMasked,
      approvedAtMs: approval.approvedAtMs,
    },
  },
  {
    receiptId: 1,
    state: 'printed',
    receipt: { kind: 'notice', title: '시험 출력', lines: ['ScanPay'], printedAtMs: nowMs, reprint: true },
  },
];

const event = (number: number, amount: number, tender: 'card' | 'cash'): BookedEvent => ({
  kind: 'sale',
  tender,
  paymentId: makePaymentId(number),
  cancelId: null,
  split: splitCharge(won(amount), tender === 'card' ? rates : { ...rates, cardFeeBps: basisPoints(0) }),
});
const events = [event(1, 61_200, 'card'), event(2, 24_000, 'card'), event(3, 18_500, 'cash')];

/** By statement id. */
export const statementLines = new Map<StatementId, StatementLine[]>();

const makeRecord = (number: number, date: string, theirs: BookedEvent[], ours: BookedEvent[]): StatementRecord => {
  const { statement, lines } = makeStatement({
    statementId: `019ab7f2-51c0-7d31-8a45-${String(number).padStart(12, '0')}` as StatementId,
    hop: 'S15',
    sender: 'operator',
    receiver: 'm-sokcho-table' satisfies string as MerchantId,
    deviceId: 'box-sokcho-01' satisfies string as DeviceId,
    businessDate: date as BusinessDate,
    events: theirs,
  });
  statementLines.set(statement.statementId, lines);
  const faults = findLineFaults(lines, makeStatementLines('S15', ours));
  const nothing = { settled: [], accepting: [] };
  return { statement, sha256: '', state: 'presented', faults, answer: null, receivedAtMs: nowMs, ...nothing };
};

/** One that agrees, one with a changed and a foreign line, one answered and on its way, one paid. */
export const statements: StatementRecord[] = [
  makeRecord(1, '2026-11-22', events, events),
  makeRecord(2, '2026-11-21', events, [event(1, 61_300, 'card'), ...events.slice(1, 2)]),
  { ...makeRecord(3, '2026-11-20', events, events), answer: 'approved' },
  {
    ...makeRecord(4, '2026-11-19', [event(3, 18_500, 'cash')], [event(3, 18_500, 'cash')]),
    answer: 'approved',
    state: 'paid',
  },
];
