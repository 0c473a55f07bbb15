import Type, { type Static } from 'typebox';
import {
  CashReceiptEntrySchema,
  CashReceiptRequestSchema,
  CashReceiptViewSchema,
} from '../cash-receipt/cash-receipt.ts';
import { OfflineRedemptionSchema } from '../redemption/merchant-terms.ts';
import {
  AmountWonSchema,
  BilingualSchema,
  BusinessDateSchema,
  EpochMsSchema,
  ErrorCodeSchema,
  HeadcountSchema,
  OfferIdSchema,
  PayableWonSchema,
  PaymentIdSchema,
  StatementIdSchema,
  strictObject,
  TenderSchema,
} from '../schema.ts';
import { LineNameSchema, SettledLineSchema } from '../settlement/line-act.ts';
import { StatementFaultSchema, StatementLineSchema, StatementSchema } from '../settlement/statement.ts';
import { TaxedAmountSchema } from '../tax/tax.ts';
import { ApprovalSchema, ConfirmedFieldsSchema, RecheckFieldSchema } from '../wire/messages.ts';
import { StatementStateSchema } from './settlement.ts';

/** The box's local API: what the counter page does, a shop's own POS can do too. */

/** Opens a sale: the next coupon scanned pays it. Price before the discount. */
export const SaleBodySchema = strictObject({
  tender: TenderSchema,
  listAmountWon: PayableWonSchema,
  headcount: HeadcountSchema,
  /** Today in Seoul when left out. */
  visitDate: Type.Optional(BusinessDateSchema),
  /** 현금영수증, with cash alone. */
  cashReceipt: Type.Optional(CashReceiptEntrySchema),
});
export type SaleBody = Static<typeof SaleBodySchema>;

/** What the customer reads out; spaces and hyphens are allowed. */
export const AuthNumberBodySchema = strictObject({ authNumber: Type.String({ minLength: 12, maxLength: 20 }) });
export const ConfirmBodySchema = strictObject({ paymentId: PaymentIdSchema, confirmed: ConfirmedFieldsSchema });
/** Without an amount: all that is left of the charge. */
export const CancelBodySchema = strictObject({
  paymentId: PaymentIdSchema,
  amountWon: Type.Optional(PayableWonSchema),
});
export const AcceptLineBodySchema = strictObject({ line: LineNameSchema });
export const AnswerBodySchema = strictObject({
  answer: Type.Union([Type.Literal('approved'), Type.Literal('disputed')]),
});

const counterKinds = [
  'idle',
  'refused',
  'awaiting-scan',
  'paying',
  'recheck',
  'unknown',
  'approved',
  'redeemed',
  'declined',
  'reversed',
  'awaiting-refund',
  'cancel-offered',
  'cancelling',
  'cancelled',
  'cancel-declined',
  'updating',
] as const;

const { termsId: _termsId, ...redemptionProperties } = OfflineRedemptionSchema.properties;
const RedemptionViewSchema = strictObject({
  ...redemptionProperties,
  offerTitle: BilingualSchema,
  listAmountWon: PayableWonSchema,
  headcount: HeadcountSchema,
  tax: TaxedAmountSchema,
});

const { purpose, numberMasked } = CashReceiptRequestSchema.properties;
/** What the counter shows right now; `headline` and `detail` are ready to be read out. */
export const CounterViewSchema = strictObject({
  kind: Type.Unsafe<(typeof counterKinds)[number]>(Type.Union(counterKinds.map((kind) => Type.Literal(kind)))),
  headline: BilingualSchema,
  code: Type.Union([ErrorCodeSchema, Type.Null()]),
  paymentId: Type.Union([PaymentIdSchema, Type.Null()]),
  sale: Type.Union([
    strictObject({
      tender: TenderSchema,
      listAmountWon: PayableWonSchema,
      headcount: HeadcountSchema,
      visitDate: BusinessDateSchema,
      cashReceipt: Type.Optional(strictObject({ purpose, numberMasked })),
    }),
    Type.Null(),
  ]),
  approval: Type.Union([ApprovalSchema, Type.Null()]),
  /** `cancel-offered`: what can still be refunded; `cancelling`, `cancelled`: what can be after it. */
  leftWon: Type.Union([AmountWonSchema, Type.Null()]),
  /** `approved`, `cancelled`: what has become of the payment's cash receipt. */
  cashReceipt: Type.Union([CashReceiptViewSchema, Type.Null()]),
  /** `cancelled`: the refund as its slip shows it. */
  refundTax: Type.Union([TaxedAmountSchema, Type.Null()]),
  /** `redeemed`: cash that the box checked offline. */
  redemption: Type.Union([RedemptionViewSchema, Type.Null()]),
  fields: Type.Array(RecheckFieldSchema),
  untilMs: Type.Union([EpochMsSchema, Type.Null()]),
});
export type CounterView = Static<typeof CounterViewSchema>;

/** Cash without the network: what the box may still do by itself, and what it has done. */
const OfflineViewSchema = strictObject({
  /** Why no cash coupon could be redeemed offline now; null: it could. */
  whyNot: Type.Union([ErrorCodeSchema, Type.Null()]),
  /** Redemptions the operator has not answered yet, and what they were charged. */
  waitingCount: Type.Integer({ minimum: 0 }),
  waitingWon: AmountWonSchema,
  /** How many, and of what charge, may still be added. */
  leftCount: Type.Integer({ minimum: 0 }),
  leftWon: AmountWonSchema,
  /** Until when the terms hold; null: there are none. */
  untilMs: Type.Union([EpochMsSchema, Type.Null()]),
  /** Redemptions of the last two days that the operator did not take, newest first. */
  refused: Type.Array(
    strictObject({
      paymentId: PaymentIdSchema,
      code: ErrorCodeSchema,
      /** The code in words. */
      reason: BilingualSchema,
      chargedWon: AmountWonSchema,
      redeemedAtMs: EpochMsSchema,
    }),
  ),
});

/** One sentence or some, in both languages. */
const SentencesSchema = strictObject({ ko: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) });

/** The box's clock against the operator's, for the technician. */
const ClockViewSchema = strictObject({
  /** Who vouches for the time; null: nobody, so nothing is decided by it. */
  source: Type.Union([Type.Literal('operator'), Type.Literal('ntp'), Type.Null()]),
  /** Operator's time less the system's, in ms; positive: the system is slow. Null: never compared. */
  driftMs: Type.Union([Type.Integer(), Type.Null()]),
  /** How far that may be wrong: half the round trip. */
  errorMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** How fast the drift grows, in parts per million; null: not watched for long enough. */
  ratePpm: Type.Union([Type.Number(), Type.Null()]),
  comparedAtMs: Type.Union([EpochMsSchema, Type.Null()]),
  /** More than a system clock should be off. */
  warning: Type.Boolean(),
});
export type ClockView = Static<typeof ClockViewSchema>;

/** What a camera that scans is doing. */
export const CameraStateSchema = strictObject({
  kind: Type.Union([Type.Literal('connecting'), Type.Literal('ready'), Type.Literal('fault')]),
  /** What is wrong, in words; null: nothing. */
  problem: Type.Union([SentencesSchema, Type.Null()]),
  /** The same for a technician, e.g. the camera program's last line. */
  detail: Type.String(),
});
export type CameraStateView = Static<typeof CameraStateSchema>;

const LampDriverSchema = Type.Unsafe<'onoff' | 'gpioset' | 'leds' | 'log' | 'none'>(
  Type.String({ enum: ['onoff', 'gpioset', 'leds', 'log', 'none'] }),
);
/** How the lamp is driven, and why not otherwise; English, for the technician. */
const LampStateSchema = strictObject({
  kind: Type.Union([Type.Literal('stopped'), Type.Literal('ready'), Type.Literal('fault')]),
  driver: LampDriverSchema,
  detail: Type.String(),
  passedOver: Type.Array(strictObject({ driver: LampDriverSchema, reason: Type.String() })),
});

/** The whole of the counter page. */
export const BoxViewSchema = strictObject({
  deviceId: Type.String(),
  merchantName: Type.String(),
  nowMs: EpochMsSchema,
  light: Type.String(),
  lightMeaning: BilingualSchema,
  lamp: LampStateSchema,
  linkUp: Type.Boolean(),
  clockTrusted: Type.Boolean(),
  scannerReady: Type.Boolean(),
  /** Null: this box has no camera. */
  camera: Type.Union([CameraStateSchema, Type.Null()]),
  printer: Type.Union([Type.Literal('ok'), Type.Literal('fault'), Type.Literal('unknown')]),
  printerFaults: Type.Array(
    Type.Union([
      Type.Literal('paper-out'),
      Type.Literal('cover-open'),
      Type.Literal('cutter'),
      Type.Literal('offline'),
      Type.Literal('error'),
    ]),
  ),
  /** The printer in two words; also that its roll is about to end, that it does not answer, or that there is none. */
  printerState: BilingualSchema,
  /** What to do about it, and how many receipts wait for that. */
  printerAdvice: Type.Union([SentencesSchema, Type.Null()]),
  /** Payments and cancels whose outcome is not known yet. */
  openCount: Type.Integer({ minimum: 0 }),
  receiptsWaiting: Type.Integer({ minimum: 0 }),
  offline: OfflineViewSchema,
  /** Whether a cash sale can ask for a cash receipt. */
  takesCashReceipts: Type.Boolean(),
  clock: ClockViewSchema,
  counter: CounterViewSchema,
});
export type BoxView = Static<typeof BoxViewSchema>;

/** One picture of what the camera sees, and what the box made of it. */
export const CameraLookSchema = strictObject({
  /** The JPEG in base64 (RFC 4648 §4). */
  picture: Type.String(),
  takenAtMs: EpochMsSchema,
  /** Null: nothing could look for codes in it just now. */
  seen: Type.Union([
    strictObject({
      widthPx: Type.Integer({ minimum: 1 }),
      heightPx: Type.Integer({ minimum: 1 }),
      /** Mean brightness, 0 (black) to 255. */
      meanLuma: Type.Integer({ minimum: 0, maximum: 255 }),
      /** What whoever aims the camera should change; empty: all is well. */
      hints: Type.Array(SentencesSchema),
      symbols: Type.Array(
        strictObject({
          format: Type.String(),
          /** Its text is not told: a coupon's holds the customer's card box, and another code may be as good as money. */
          holds: Type.Union([Type.Literal('coupon'), Type.Literal('receipt'), Type.Literal('other')]),
          /** Side of one module in pixels; null: not known. */
          modulePx: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
        }),
      ),
    }),
    Type.Null(),
  ]),
});
export type CameraLookAnswer = Static<typeof CameraLookSchema>;

export const PaymentRowSchema = strictObject({
  paymentId: PaymentIdSchema,
  state: Type.String(),
  tender: TenderSchema,
  listAmountWon: PayableWonSchema,
  offerId: Type.Union([OfferIdSchema, Type.Null()]),
  declineCode: Type.Union([ErrorCodeSchema, Type.Null()]),
  approval: Type.Union([ApprovalSchema, Type.Null()]),
  /** What cancels have given back. */
  refundedWon: AmountWonSchema,
  cashReceipt: Type.Union([CashReceiptViewSchema, Type.Null()]),
  openedAtMs: EpochMsSchema,
});
export type PaymentRow = Static<typeof PaymentRowSchema>;
export const PaymentListSchema = strictObject({ payments: Type.Array(PaymentRowSchema) });

export const ReceiptRowSchema = strictObject({
  receiptId: Type.Integer({ minimum: 1 }),
  kind: Type.String(),
  state: Type.String(),
  reprint: Type.Boolean(),
  title: Type.String(),
});
export type ReceiptRow = Static<typeof ReceiptRowSchema>;
export const ReceiptListSchema = strictObject({ receipts: Type.Array(ReceiptRowSchema) });
export const ReceiptParamsSchema = strictObject({ receiptId: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }) });

/** Lines at fault listed with a statement; the rest come with its lines. */
export const maxListedFaults = 15;
export const BoxStatementSchema = strictObject({
  statement: StatementSchema,
  state: StatementStateSchema,
  faultCount: Type.Integer({ minimum: 0 }),
  /** The first of them. */
  faults: Type.Array(StatementFaultSchema, { maxItems: maxListedFaults }),
  /** The merchant's answer, also while the operator has not acknowledged it. */
  answer: Type.Union([Type.Literal('approved'), Type.Literal('disputed'), Type.Null()]),
  receivedAtMs: EpochMsSchema,
  /** Disputed lines that are settled, and how. */
  settled: Type.Array(SettledLineSchema),
  /** Accepted here, and on the way to the operator. */
  accepting: Type.Array(LineNameSchema),
});
export type BoxStatement = Static<typeof BoxStatementSchema>;
/** The lines as the operator stated them, in order, and all that differ from this box's records. */
export const BoxStatementLinesSchema = strictObject({
  lines: Type.Array(StatementLineSchema),
  faults: Type.Array(StatementFaultSchema),
});
export const BoxStatementListSchema = strictObject({ statements: Type.Array(BoxStatementSchema) });
export const StatementParamsSchema = strictObject({ statementId: StatementIdSchema });
export const DoneSchema = strictObject({ done: Type.Literal(true) });
