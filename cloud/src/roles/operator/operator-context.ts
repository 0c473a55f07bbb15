import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type {
  OperatorSigningKey,
  OperatorVerifyKeys,
  RegistrationBoxKey,
  RegistrationBoxKeys,
} from '@scanpay/shared/auth-barcode/keys.ts';
import type { ReceiptOpenKey } from '@scanpay/shared/cash-receipt/sealed-identity.ts';
import type { RandomBytes, Scheduler } from '@scanpay/shared/clock.ts';
import { createIdMaker, type DeviceId, type MerchantId } from '@scanpay/shared/ids.ts';
import type { Metrics } from '@scanpay/shared/metrics/metrics.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import type { ReleaseReport } from '@scanpay/shared/wire/release-messages.ts';
import type { Merchants } from '../../core/verify/merchants.ts';
import type { BankingCalendar } from '../../ports/calendar.ts';
import type { CashReceiptIssuer } from '../../ports/cash-receipt-issuer.ts';
import type { DeviceLink } from '../../ports/device-link.ts';
import type { Log } from '../../ports/log.ts';
import type { MerchantDebts } from '../../ports/merchant-debts.ts';
import type { MmsGateway } from '../../ports/mms.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import type { PgApi } from '../../ports/peers.ts';
import { createEraser, type Eraser } from '../common/eraser.ts';
import { createRetrier, type Retrier } from '../common/retrier.ts';
import { createTokenBuckets, type TokenBuckets } from '../common/token-buckets.ts';
import type { SettlementWord } from '../settle/merchant-link.ts';
import { type AlarmDesk, createAlarmDesk } from './alarms/alarm-desk.ts';
import { createReceiptDesk, type ReceiptDesk } from './cash-receipts/receipt-desk.ts';
import { createReceiptSender, type ReceiptSender } from './cash-receipts/receipt-sender.ts';
import { type CommandDesk, createCommandDesk } from './commands/command-desk.ts';
import { type ContractDesk, createContractDesk } from './contract-desk.ts';
import { createDevicePost, type DevicePost } from './device-post.ts';
import { createFleetDesk, type FleetDesk } from './fleet/fleet-desk.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { meterPayments } from './meter-payments.ts';
import { defaultOperatorLimits, type OperatorLimits } from './operator-limits.ts';
import { createNoShowRecorder, type NoShowRecorder } from './schedule/no-show-recorder.ts';
import { createTermsDesk, type TermsDesk } from './terms-desk.ts';

export interface OperatorKeys {
  /** Signs new barcodes; its public part is among `verify`. */
  signing: OperatorSigningKey;
  verify: OperatorVerifyKeys;
  /** Seals the registration of new barcodes; it is among `registrationBoxes`. */
  registrationBox: RegistrationBoxKey;
  registrationBoxes: RegistrationBoxKeys;
  /** Signs messages to boxes and deletion records. */
  message: JwsSigner;
  /** Open customers' numbers for cash receipts; the first is the one boxes seal to. Empty: boxes ask for no number. */
  receipts: readonly ReceiptOpenKey[];
}

export interface OperatorDeps {
  store: OperatorStore;
  pg: PgApi;
  mms: MmsGateway;
  link: Pick<DeviceLink, 'publish'>;
  /** Cash receipts (현금영수증). */
  issuer: CashReceiptIssuer;
  merchants: Merchants;
  /** Versions of contracts the operator had before it had this database, entered at the start. */
  contractSeeds: readonly ContractVersion[];
  calendar: BankingCalendar;
  keys: OperatorKeys;
  /** Knows the keys of the PG, and no others. */
  resolvePgKey: ResolveKey;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  log: Log;
  /** Where the coupon page is, for the link in the MMS; null: no link. */
  couponPageBaseUrl: string | null;
  /** Where the PG's page for changing dates is; null, or left out: no link. */
  schedulePageBaseUrl?: string | null;
  limits?: Partial<OperatorLimits>;
  /** S15: a box's signed word on its statements; `jws` is the evidence. */
  onSettlementWord(deviceId: DeviceId, merchantId: MerchantId, word: SettlementWord, jws: string): void | Promise<void>;
  /** A box has said, signed, which of the operator's keys it holds. */
  onKeysHeld?(deviceId: DeviceId, keysSha256: string): void | Promise<void>;
  /** A box has said what it runs, and how far an update is. */
  onReleaseReport(deviceId: DeviceId, report: ReleaseReport): void | Promise<void>;
  /** A box has said, signed, that it is there (again): what waits for its merchant can be sent to it. */
  onBoxOnline(deviceId: DeviceId, merchantId: MerchantId): void | Promise<void>;
  metrics?: Metrics;
  /** Boxes with a statement that was presented before and is not answered; none, where it is left out. */
  listTardyTerminals?(presentedBeforeMs: number): Promise<DeviceId[]>;
  /** What merchants owe; nothing, where it is left out. */
  debts?: MerchantDebts;
}

/** What the operator's services share. */
export interface OperatorContext extends Omit<OperatorDeps, 'limits'> {
  limits: OperatorLimits;
  post: DevicePost;
  /** Messages of boxes, by payment. */
  lanes: Lanes;
  /** S03–S06, by coupon id. */
  issues: Retrier;
  /** Messages to customers about changed schedules, by change id. */
  scheduleNotices: Retrier;
  /** Approvals and inquiries, by payment id. */
  authorisations: Retrier;
  /** Reversals by payment id, cancels by cancel id. */
  undoings: Retrier;
  eraser: Eraser;
  /** Wrong auth numbers, by box. */
  guesses: TokenBuckets;
  /** `message.rejected`, by box. */
  rejections: TokenBuckets;
  /** Birth messages that have something sent to the box, by box. */
  births: TokenBuckets;
  terms: TermsDesk;
  contracts: ContractDesk;
  receipts: ReceiptDesk;
  receiptSender: ReceiptSender;
  commands: CommandDesk;
  alarms: AlarmDesk;
  fleet: FleetDesk;
  noShows: NoShowRecorder;
  countScheduleChange(outcome: 'applied' | 'refused'): void;
}

/** Boxes whose budgets are remembered. */
const maxRememberedBoxes = 10_000;

export function createOperatorContext(deps: OperatorDeps): OperatorContext {
  const { scheduler, randomBytes, log, link, keys, metrics } = deps;
  const store = metrics === undefined ? deps.store : meterPayments(deps.store, metrics, scheduler);
  const limits = { ...defaultOperatorLimits, ...deps.limits };
  const { firstPauseMs, longestPauseMs, maxConcurrentPgCalls, maxConcurrentIssues } = limits;
  // Messages that were let in together may each add one more than was counted.
  const maxKeys = limits.maxUnresolved + limits.maxConcurrentMessages;
  const retrier = (maxConcurrent: number) =>
    createRetrier({ scheduler, log, pace: { firstPauseMs, longestPauseMs, maxConcurrent, maxKeys } });
  const buckets = (capacity: number, refillMs: number) =>
    createTokenBuckets({ clock: scheduler, capacity, refillMs, maxKeys: maxRememberedBoxes });
  const ids = createIdMaker(scheduler, randomBytes);
  const post = createDevicePost({ link, signer: keys.message, ids, clock: scheduler, log });
  const receipts = createReceiptDesk({ keys: keys.receipts, store, merchants: deps.merchants, post });
  const care = { store, post, ids, clock: scheduler, limits, log };
  const { listTardyTerminals = async () => [], debts = { findDebt: async () => null } } = deps;
  return {
    ...deps,
    store,
    limits,
    post,
    commands: createCommandDesk(care),
    alarms: createAlarmDesk({ ...care, listTardyTerminals, debts }),
    terms: createTermsDesk({ store, post, clock: scheduler, limits }),
    contracts: createContractDesk({ store, clock: scheduler }),
    receipts,
    receiptSender: createReceiptSender({ ...deps, limits, desk: receipts }),
    fleet: createFleetDesk({ store, post, scheduler, limits, retrier: retrier(limits.maxConcurrentConfigs), log }),
    lanes: createLanes({ maxActive: limits.maxConcurrentMessages, maxWaiting: limits.maxWaitingMessages }),
    ...createScheduleParts(deps, store),
    issues: retrier(maxConcurrentIssues),
    scheduleNotices: retrier(maxConcurrentIssues),
    authorisations: retrier(maxConcurrentPgCalls),
    undoings: retrier(maxConcurrentPgCalls),
    eraser: createEraser(store.eraseTraces, retrier(1)),
    guesses: buckets(limits.authNumberGuesses, limits.authNumberGuessMs),
    births: buckets(limits.birthMessages, limits.birthMessageMs),
    rejections: buckets(limits.rejections, limits.rejectionMs),
  };
}

function createScheduleParts({ metrics, scheduler: clock, log }: OperatorDeps, store: OperatorStore) {
  const changes = metrics?.counter({
    name: 'schedule_changes_total',
    help: 'Changed schedules by outcome',
    labels: ['outcome'],
  });
  const noShows = metrics?.counter({ name: 'no_shows_total', help: 'Customers who did not come', labels: [] });
  const count = (found: number): void => noShows?.({}, found);
  return {
    countScheduleChange: (outcome: 'applied' | 'refused') => changes?.({ outcome }),
    noShows: createNoShowRecorder({ store, clock, log, count }),
  };
}
