import type { Offer } from '@scanpay/shared/api/pg.ts';
import type { PgBoxPrivateKeys, PgBoxPublicKey } from '@scanpay/shared/auth-barcode/keys.ts';
import type { RandomBytes, Scheduler } from '@scanpay/shared/clock.ts';
import type { IdMaker, PaymentId } from '@scanpay/shared/ids.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import type { PgAgreement } from '../../core/contract/agreements.ts';
import type { Catalogue, RegistrationRules } from '../../core/register/check-registration.ts';
import type { ScheduleRules } from '../../core/schedule/check-change.ts';
import type { Log } from '../../ports/log.ts';
import type { CardApi, OperatorApi } from '../../ports/peers.ts';
import type { PgStore } from '../../ports/pg-store.ts';
import { createEraser, type Eraser } from '../common/eraser.ts';
import { createRetrier, type Retrier, type RetryPace } from '../common/retrier.ts';

export interface PgConfig {
  /** The PG's own copy of every version of its contracts with card company and operator. */
  agreements: readonly PgAgreement[];
  rules: RegistrationRules;
  scheduleRules: ScheduleRules;
  /** A card box not deleted by S05 is deleted this long after registration. */
  cardHoldMs: number;
  /** How long a registration's HTTP reply waits for the operator to send the barcode. */
  handOverReplyMs: number;
  /** How long an approval's HTTP reply waits for the card company; then it says `processing`. */
  approvalReplyMs: number;
  /** How long the HTTP reply of a reversal or cancel waits for the card company; then it fails as unknown. */
  undoReplyMs: number;
  pace: RetryPace;
  /** How often overdue card data and unresolved payments are looked for. */
  sweepMs: number;
  /** Registrations one address may try in a minute; null: no limit. */
  registrationsPerMinute: number | null;
}

export const defaultPgConfig: Omit<PgConfig, 'agreements'> = {
  rules: { maxDaysAhead: 365, graceMs: 6 * 60 * 60 * 1000 },
  scheduleRules: { maxChanges: 5 },
  cardHoldMs: 60 * 60 * 1000,
  handOverReplyMs: 5_000,
  approvalReplyMs: 8_000,
  undoReplyMs: 5_000,
  pace: { firstPauseMs: 500, longestPauseMs: 60_000, maxConcurrent: 16 },
  sweepMs: 10_000,
  registrationsPerMinute: 30,
};

export interface PgKeys {
  /** Signs deletion records and the evidence of approvals. */
  signer: JwsSigner;
  /** The current key new card boxes are sealed to; its private part is among `cardBoxKeys`. */
  cardBoxKey: PgBoxPublicKey;
  cardBoxKeys: PgBoxPrivateKeys;
  /** Secret of the fingerprint kept beside a held card box, 32 bytes. */
  fingerprintKey: Uint8Array;
}

export interface PgDeps {
  store: PgStore;
  operator: OperatorApi;
  card: CardApi;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  ids: Pick<IdMaker, 'couponId'>;
  keys: PgKeys;
  /** Knows the keys of the card company, and no others. */
  resolveCardKey: ResolveKey;
  offers: readonly Offer[];
  config: PgConfig;
  log: Log;
}

/** What the PG's services share. */
export interface PgContext extends PgDeps {
  catalogue: Catalogue;
  /** S03, by registration id. */
  handOvers: Retrier;
  /** Changed schedules on their way to the operator, by change id. */
  scheduleChanges: Retrier;
  /** Payments and cancels that wait for the card company's clear answer, by id. */
  resolutions: Retrier;
  eraser: Eraser;
  /** Approvals whose first call is still under way. */
  inFlight: Map<PaymentId, Promise<unknown>>;
}

export function createPgContext(deps: PgDeps): PgContext {
  const { scheduler, log, store, config } = deps;
  const retrier = () => createRetrier({ scheduler, log, pace: config.pace });
  return {
    ...deps,
    catalogue: new Map(deps.offers.map((offer) => [offer.offerId, offer])),
    handOvers: retrier(),
    scheduleChanges: retrier(),
    resolutions: retrier(),
    eraser: createEraser(store.eraseDeletedCardBoxes, retrier()),
    inFlight: new Map(),
  };
}
