/** A PG on a real database, with a peer on either side that does as it is told, on time that stands still. */
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApprovalBody, RegistrationBody, RegistrationReply } from '@scanpay/shared/api/pg.ts';
import { openCardBox, sealCardBox } from '@scanpay/shared/auth-barcode/card-box.ts';
import type { Card, CardNumber } from '@scanpay/shared/auth-barcode/card-number.ts';
import { createKeyring, makePgBoxPrivateKey, pgBoxPublicKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import { accept, ScanPayError } from '@scanpay/shared/errors.ts';
import { type CouponId, createIdMaker, type RegistrationId } from '@scanpay/shared/ids.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { Kysely } from 'kysely';
import { type Mocked, vi } from 'vitest';
import { agreement, cardBody, cashBody, nowMs } from '../../../core/approve/testing/pg-fixtures.ts';
import { peers } from '../../../core/audit/testing/sign-word.ts';
import { createInjectCall } from '../../../drivers/peers/inject-call.ts';
import { createPgApi } from '../../../drivers/peers/peer-apis.ts';
import { ledgerMigrations } from '../../../drivers/sql/ledger/migrations.ts';
import { pgMigrations } from '../../../drivers/sql/pg/migrations.ts';
import { createPgStore } from '../../../drivers/sql/pg/pg-store.ts';
import type { PgTables } from '../../../drivers/sql/pg/tables.ts';
import { createTemporaryDatabase } from '../../../drivers/sql/testing/temporary-database.ts';
import type { CardApi, OperatorApi, PgApi } from '../../../ports/peers.ts';
import type { PgStore } from '../../../ports/pg-store.ts';
import { seedOffers } from '../offer-seed.ts';
import { defaultPgConfig, type PgDeps } from '../pg-context.ts';
import { createPgRole, type PgRole } from '../pg-role.ts';
import { type CardWords, createCardWords, createWillingCard } from './willing-card.ts';

/** Different on every call, the same on every run. */
function createCountingBytes(): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    calls += 1;
    const hash = createHash('sha512').update(String(calls)).digest();
    return hash.subarray(0, length);
  };
}

const boxKey = makePgBoxPrivateKey(5, (length) => new Uint8Array(length).fill(0x33));
const { privateKey } = generateKeyPairSync('ed25519');
const keys: PgDeps['keys'] = {
  signer: { kid: 'pg-1', privateKey },
  cardBoxKey: pgBoxPublicKeyOf(boxKey),
  cardBoxKeys: createKeyring([boxKey]),
  fingerprintKey: new Uint8Array(32).fill(7),
};
export const resolvePgKey = (kid: string) => (kid === 'pg-1' ? createPublicKey(privateKey) : undefined);

export const goodCard: Card = { number: '4111111111111111' as CardNumber, expiry: { year: 2030, month: 12 } };
/** As the operator sends it on from the barcode. */
export const sealedFor = (couponId: CouponId, card: Card = goodCard): string =>
  Buffer.from(sealCardBox(card, couponId, keys.cardBoxKey)).toString('base64url');
export const openBox = (cardBox: string, couponId: CouponId) =>
  openCardBox(Buffer.from(cardBox, 'base64url'), couponId, keys.cardBoxKeys);

export const registrationBody: RegistrationBody = {
  registrationId: '019ab0c0-0000-7000-8000-000000000001' as RegistrationId,
  name: '홍길동',
  address: '강원도 속초시',
  mobile: '01012345678',
  card: { number: '4111 1111 1111 1111', expiry: '12/30' },
  items: [{ offerId: 'o-seafood-set', visitFrom: '2026-11-23', visitTo: '2026-11-24', headcount: 2 }] as never,
  agreed: true,
};

export interface PgBench {
  readonly scheduler: VirtualScheduler;
  readonly role: PgRole;
  readonly pg: PgApi;
  readonly store: PgStore;
  readonly db: Kysely<PgTables>;
  readonly folder: string;
  readonly operator: Mocked<OperatorApi>;
  readonly card: Mocked<CardApi>;
  /** What it says, signed. */
  readonly words: CardWords;
  readonly log: Mocked<PgDeps['log']>;
  /** Registers the traveller of `registrationBody`; returns the coupon. */
  register(): Promise<CouponId>;
  /** As after a power cut: everything in memory is gone, time goes on. Starts unless told otherwise. */
  restart(options?: { isStarted: boolean }): Promise<void>;
  close(): Promise<void>;
}

export interface PgBenchOptions {
  config?: Partial<PgDeps['config']>;
  /** Wraps what the role gets, e.g. to cut the power at some step. */
  wrapStore?: (store: PgStore) => PgStore;
  card?: CardApi;
  wrapCard?: (card: CardApi) => CardApi;
  wrapOperator?: (operator: OperatorApi) => OperatorApi;
}

export async function createPgBench(options: PgBenchOptions = {}): Promise<PgBench> {
  const files = createTemporaryDatabase<PgTables>({ ...ledgerMigrations, ...pgMigrations });
  const operator: Mocked<OperatorApi> = {
    preRegister: vi.fn(async ({ couponId }) => accept({ couponId, state: 'sent' as const })),
    orderSchedule: vi.fn(async () => accept({ outcome: 'applied' as const, atMs: nowMs })),
  };
  const words = createCardWords(cardBody.split.chargedWon);
  const card = createWillingCard(words);
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const same = <T>(each: T): T => each;
  const { wrapStore = same, wrapCard = same, wrapOperator = same } = options;
  const randomBytes = createCountingBytes();

  const boot = async (startMs: number) => {
    const scheduler = createVirtualScheduler(startMs);
    const db = await files.open();
    const store = createPgStore(db);
    const role = createPgRole({
      store: wrapStore(store),
      operator: wrapOperator(operator),
      card: wrapCard(options.card ?? card),
      scheduler,
      randomBytes,
      ids: createIdMaker(scheduler, randomBytes),
      keys,
      resolveCardKey: peers.card.resolveKey,
      offers: seedOffers,
      config: { ...defaultPgConfig, agreements: [agreement], ...options.config },
      log,
    });
    return { scheduler, db, store, role, pg: createPgApi(createInjectCall(role.app)) };
  };
  let now = await boot(nowMs);
  await now.role.start();
  return {
    get scheduler() {
      return now.scheduler;
    },
    get role() {
      return now.role;
    },
    get pg() {
      return now.pg;
    },
    get store() {
      return now.store;
    },
    get db() {
      return now.db;
    },
    folder: files.folder,
    operator,
    card,
    words,
    log,
    async register() {
      const reply = await now.role.app.inject({ method: 'POST', url: '/v1/registrations', payload: registrationBody });
      return (reply.json() as { couponId: CouponId }).couponId;
    },
    async restart({ isStarted } = { isStarted: true }) {
      await now.db.destroy();
      now = await boot(now.scheduler.nowMs() + 1_000);
      if (isStarted) await now.role.start();
    },
    async close() {
      await now.role.stop();
      await files.remove();
    },
  };
}

/** Lets everything go on that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export async function postRegistration(bench: PgBench, change: Partial<RegistrationBody> = {}) {
  const payload = { ...registrationBody, ...change };
  const reply = await bench.role.app.inject({ method: 'POST', url: '/v1/registrations', payload });
  return { status: reply.statusCode, body: reply.json() as RegistrationReply & { code: string; detail: string } };
}

export async function getRegistration(bench: PgBench) {
  const url = `/v1/registrations/${registrationBody.registrationId}`;
  const reply = await bench.role.app.inject({ method: 'GET', url });
  return { status: reply.statusCode, body: reply.json() as RegistrationReply & { code: string } };
}

/** Files of the database in which the text is. */
export function filesWith(bench: PgBench, text: string): string[] {
  return readdirSync(bench.folder).filter((name) => readFileSync(join(bench.folder, name)).includes(text));
}

/** What a call rejects with that nobody answers. */
export const unavailable = () => Promise.reject(new ScanPayError('upstream_unavailable', 'down'));

/** A payment of the registered traveller, as the operator asks for it. */
export function approvalBody(couponId: CouponId, tender: Tender = 'card'): ApprovalBody {
  const body = tender === 'card' ? cardBody : cashBody;
  const cardBox = tender === 'card' ? sealedFor(couponId) : null;
  return { ...body, couponId, cardBox };
}

/** Every booking: kind, business date, and amount of each posting. */
export async function readBook(bench: PgBench) {
  const entries = await bench.db.selectFrom('ledger_entries').selectAll().orderBy('seq').execute();
  const postings = await bench.db.selectFrom('ledger_postings').selectAll().execute();
  const sumOf = (seq: number) =>
    postings.reduce((sum, each) => sum + (each.entry_seq === seq ? each.amount_won : 0), 0);
  return entries.map((entry) => ({ kind: entry.kind, date: entry.business_date, sum: sumOf(entry.seq) }));
}
