import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import { sealAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { sealCardBox } from '@scanpay/shared/auth-barcode/card-box.ts';
import { customerIdOf } from '@scanpay/shared/auth-barcode/registration-box.ts';
import {
  card,
  pgPublicKey,
  receiptKey,
  registrationKey,
  registrationKeys,
  signing,
  verifyKeys,
} from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import { type CouponId, createIdMaker, type DeviceId, type MerchantId } from '@scanpay/shared/ids.ts';
import { signSoldCoupon } from '@scanpay/shared/settlement/sold-coupon.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { createEnvelopeOpener } from '@scanpay/shared/wire/envelope.ts';
import { type DownMessage, downMessageSchemas, type PaymentOutcome } from '@scanpay/shared/wire/messages.ts';
import type { Kysely } from 'kysely';
import { vi } from 'vitest';
import { peers } from '../../../core/audit/testing/sign-word.ts';
import { contractOf } from '../../../core/contract/testing/contracts.ts';
import { signDeviceKey } from '../../../core/enrol/device-key-record.ts';
import { createMerchants, type Merchant } from '../../../core/verify/merchants.ts';
import { createKoreanCalendar } from '../../../drivers/calendar/korean-calendar.ts';
import { ledgerMigrations } from '../../../drivers/sql/ledger/migrations.ts';
import { operatorMigrations } from '../../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../../drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '../../../drivers/sql/operator/tables.ts';
import { createTemporaryDatabase } from '../../../drivers/sql/testing/temporary-database.ts';
import type { MerchantDebt } from '../../../ports/merchant-debts.ts';
import type { MmsMessage } from '../../../ports/mms.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import type { OperatorDeps } from '../operator-context.ts';
import type { OperatorLimits } from '../operator-limits.ts';
import { createOperatorRole, type OperatorRole } from '../operator-role.ts';
import { createFakePg } from './fake-pg.ts';
import { createFlakyMms } from './flaky-mms.ts';
import { createMemoryIssuer } from './memory-issuer.ts';
import { mortal } from './mortal.ts';
import { entitlement, otherShop, rates, shop, shops } from './shops.ts';
import { createTestBox, type Sealed } from './test-box.ts';

export { entitlement, otherShop, shop };

export interface Sent {
  deviceId: DeviceId;
  channel: string;
  payload: string;
}

/** One process of the operator; dead once the world has crashed. */
interface Life {
  role: OperatorRole;
  store: OperatorStore;
  db: Kysely<OperatorTables>;
  scheduler: ReturnType<typeof createVirtualScheduler>;
  isAlive: boolean;
}

export type OperatorWorld = Awaited<ReturnType<typeof createOperatorWorld>>;

/** A real role over a real file, with a PG, an MMS gateway and boxes that do what the test wants. */
export async function createOperatorWorld(
  options: {
    limits?: Partial<OperatorLimits>;
    link?: string | null;
    shop?: Partial<Merchant>;
    contract?: Partial<ContractVersion>;
  } = {},
) {
  const database = createTemporaryDatabase<OperatorTables>({ ...ledgerMigrations, ...operatorMigrations });
  const { privateKey } = generateKeyPairSync('ed25519');
  const operatorKey = createPublicKey(privateKey);
  const clock = { nowMs: (): number => life.scheduler.nowMs() };
  const pg = createFakePg(clock);
  const issuer = createMemoryIssuer();
  const sent: Sent[] = [];
  const mms: MmsMessage[] = [];
  const answers: unknown[] = [];
  const online: unknown[] = [];
  const tardy: DeviceId[] = [];
  /** What merchants owe. */
  const owing = new Map<MerchantId, MerchantDebt>();
  const logged: { level: string; fields: object; text: string }[] = [];
  const failing = { mms: 0 };
  /** Boxes out of reach. */
  const unreachable = new Set<string>();
  let crashAt: { method: keyof OperatorStore; when: 'before' | 'after' } | null = null;
  let hasCrashed = Promise.withResolvers<void>();
  const open = createEnvelopeOpener(downMessageSchemas);
  const ids = createIdMaker(clock, randomBytes);
  const log = (level: string) => (fields: object, text: string) => void logged.push({ level, fields, text });
  const dieAt = (store: OperatorStore): OperatorStore =>
    new Proxy(store, {
      get(object, name) {
        const member = Reflect.get(object, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          const isHere = crashAt?.method === name;
          const when = crashAt?.when;
          if (isHere && when === 'before') return die();
          const result = await Reflect.apply(member, object, args);
          return isHere && when === 'after' ? die() : result;
        };
      },
    });
  const die = (): Promise<never> => {
    life.isAlive = false;
    crashAt = null;
    hasCrashed.resolve();
    return new Promise(() => {});
  };

  const boot = async (startMs?: number): Promise<Life> => {
    const db = await database.open();
    const store = createOperatorStore(db);
    const born = { isAlive: true, scheduler: createVirtualScheduler(startMs), store, db } as Life;
    const isAlive = () => born.isAlive;
    const deps: OperatorDeps = {
      store: mortal(dieAt(mortal(store, isAlive)), isAlive),
      pg: mortal<OperatorDeps['pg']>(pg, isAlive),
      mms: mortal(createFlakyMms(mms, failing), isAlive),
      issuer: mortal<OperatorDeps['issuer']>(issuer, isAlive),
      link: mortal<OperatorDeps['link']>(
        {
          async publish(deviceId, channel, payload) {
            if (unreachable.has(deviceId)) throw new Error('the box is away');
            sent.push({ deviceId, channel, payload: String(payload) });
          },
        },
        isAlive,
      ),
      merchants: createMerchants([{ ...shops[0], ...options.shop }, shops[1]]),
      contractSeeds: [contractOf(shop, rates, { version: 3, ...options.contract }), contractOf(otherShop, rates)],
      calendar: createKoreanCalendar({ extraHolidays: [], ownYears: [] }),
      keys: {
        signing,
        verify: verifyKeys,
        registrationBox: registrationKey,
        registrationBoxes: registrationKeys,
        message: { kid: 'operator-1', privateKey },
        receipts: [receiptKey],
      },
      resolvePgKey: peers.pg.resolveKey,
      scheduler: born.scheduler,
      randomBytes,
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      couponPageBaseUrl: options.link ?? null,
      limits: options.limits ?? {},
      onSettlementWord: (...args) => void answers.push(args),
      onReleaseReport: () => undefined,
      onBoxOnline: (...args) => void online.push(args),
      listTardyTerminals: async () => tardy,
      debts: { findDebt: async (merchantId) => owing.get(merchantId) ?? null },
    };
    born.role = createOperatorRole(deps);
    return born;
  };
  let life = await boot();
  await life.role.start();
  const world = {
    pg,
    issuer,
    sent,
    mms,
    answers,
    online,
    tardy,
    owing,
    logged,
    failing,
    unreachable,
    clock,
    folder: database.folder,
    operatorKey,
    get role() {
      return life.role;
    },
    get store() {
      return life.store;
    },
    get db() {
      return life.db;
    },
    get scheduler() {
      return life.scheduler;
    },
    nowMs: clock.nowMs,
    /** The process dies at the next call of this method; resolves once it has. */
    crash(method: keyof OperatorStore, when: 'before' | 'after'): Promise<void> {
      hasCrashed = Promise.withResolvers<void>();
      crashAt = { method, when };
      return hasCrashed.promise;
    },
    /** Kills the process, if it still lives, and starts another on the same file. */
    async reboot(): Promise<void> {
      life.isAlive = false;
      crashAt = null;
      life = await boot(clock.nowMs());
      await life.role.start();
    },
    async enrol(deviceId: string, merchantId: MerchantId = shop) {
      const box = createTestBox(deviceId as DeviceId, merchantId, clock);
      const { kid, x } = box.jwk;
      const enrolledAtMs = clock.nowMs();
      const key = { deviceId: box.deviceId, kid, x };
      const recordJws = await signDeviceKey({ ...key, enrolledAtMs }, { kid: 'operator-1', privateKey });
      await life.store.enrolDevice({ ...key, merchantId, recordJws }, enrolledAtMs);
      return box;
    },
    /** As the PG hands it over, signed by it. */
    async body(differing: Partial<PreRegistrationBody> = {}): Promise<PreRegistrationBody> {
      const couponId = differing.couponId ?? ids.couponId();
      const body = {
        couponId,
        registrationId: ids.registrationId(),
        name: '남궁민수',
        mobile: '01012345678',
        validFromMs: Date.parse('2026-11-23T00:00:00+09:00'),
        validUntilMs: Date.parse('2026-11-26T00:00:00+09:00'),
        entitlements: [entitlement],
        cardBox: Buffer.from(sealCardBox(card, couponId, pgPublicKey)).toString('base64url'),
        ...differing,
      };
      return { soldJws: await signSoldCoupon(body, peers.pg.signer), ...body };
    },
    /** A coupon as if it had been issued, without the picture, and its barcode. */
    async coupon(differing: Partial<PreRegistrationBody> = {}) {
      const body = await world.body(differing);
      const { couponId, registrationId, name, mobile, validFromMs, validUntilMs } = body;
      const registration = { name, mobile, customerId: customerIdOf(registrationId) };
      const cardBox = Buffer.from(body.cardBox, 'base64url');
      const barcode = sealAuthBarcode(
        { couponId, registration, cardBox, notBeforeMs: validFromMs, expiresAtMs: validUntilMs },
        { signing, registrationBox: registrationKey },
      );
      const authNumber = Buffer.from(couponId, 'hex').readBigUInt64BE().toString().padStart(20, '0').slice(-12);
      const { store } = life;
      await store.putPreRegistration(body, 'hash', clock.nowMs());
      await store.sealCoupon(couponId, barcode, authNumber as never, clock.nowMs());
      const deletion = { company: 'operator', recordJws: '', atMs: 0 } as const;
      await store.recordDeletions(couponId, [{ ...deletion, subject: 'card' }]);
      await store.markSent(couponId, { ...deletion, subject: 'barcode' }, clock.nowMs());
      return { body, couponId, barcode, authNumber };
    },
    usesLeft: async (couponId: CouponId) =>
      (await life.store.findCoupon({ couponId }))?.entitlements.map((e) => e.usesLeft),
    deliver: (...sealed: Sealed[]) => Promise.all(sealed.map((each) => life.role.onDeviceMessage(each.delivered))),
    /** Everything sent to boxes so far, signature and schema checked. */
    async messages(): Promise<DownMessage[]> {
      return Promise.all(
        sent.map(async ({ payload, deviceId }) => {
          const opened = await open(new TextEncoder().encode(payload), () => operatorKey);
          if (!opened.ok) throw new Error(`${opened.reason.code} ${opened.reason.detail}`);
          if (opened.value.message.deviceId !== deviceId) throw new Error('sent to another box');
          return opened.value.message;
        }),
      );
    },
    async outcomes(paymentId: string): Promise<(PaymentOutcome | DownMessage)[]> {
      const all = await world.messages();
      const about = all.filter((each) => 'paymentId' in each && each.paymentId === paymentId);
      return about.map((each) => (each.type === 'payment.result' ? each.outcome : each));
    },
    /** Waits until the condition holds; time passes by `stepMs` at each look. */
    async until(condition: () => Promise<boolean> | boolean, stepMs = 0): Promise<void> {
      await vi.waitFor(
        async () => {
          if (await condition()) return;
          life.scheduler.advance(stepMs);
          throw new Error('not yet');
        },
        { interval: 2, timeout: 20_000 },
      );
    },
    /** The ledger: kind, charge and business date of each entry, in order. */
    async entries() {
      const rows = await life.db.selectFrom('ledger_entries').selectAll().orderBy('seq').execute();
      return rows.map((row) => [row.kind, row.charged_won, row.business_date]);
    },
    /** Accounts that are not even. */
    async balances(): Promise<Record<string, number>> {
      const rows = await life.db
        .selectFrom('ledger_postings')
        .select(({ fn }) => ['account', fn.sum<number>('amount_won').as('balance')])
        .groupBy('account')
        .execute();
      return Object.fromEntries(rows.filter((row) => row.balance !== 0).map((row) => [row.account, row.balance]));
    },
    state: async (paymentId: string) => (await life.store.findPayment(paymentId as never))?.state,
    async dispose(): Promise<void> {
      life.isAlive = false;
      await database.remove();
    },
  };
  return world;
}
