/** A card company on a real database, with a phone one can read, on time that stands still. */
import type { AuthorisationBody } from '@scanpay/shared/api/card.ts';
import { won } from '@scanpay/shared/money.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { Kysely } from 'kysely';
import { type Mocked, vi } from 'vitest';
import { cardAgreement, merchantId, nowMs, paymentId, today } from '../../../core/approve/testing/pg-fixtures.ts';
import { peers } from '../../../core/audit/testing/sign-word.ts';
import { createInjectCall } from '../../../drivers/peers/inject-call.ts';
import { createCardApi } from '../../../drivers/peers/peer-apis.ts';
import { createCardStore } from '../../../drivers/sql/card/card-store.ts';
import { cardMigrations } from '../../../drivers/sql/card/migrations.ts';
import type { CardTables } from '../../../drivers/sql/card/tables.ts';
import { ledgerMigrations } from '../../../drivers/sql/ledger/migrations.ts';
import { createTemporaryDatabase } from '../../../drivers/sql/testing/temporary-database.ts';
import type { CardStore } from '../../../ports/card-store.ts';
import type { MmsGateway } from '../../../ports/mms.ts';
import type { CardApi } from '../../../ports/peers.ts';
import { type CardDeps, type CardFaults, defaultCardConfig } from '../card-context.ts';
import { type CardRole, createCardRole } from '../card-role.ts';

export const authorisationBody: AuthorisationBody = {
  paymentId,
  cardNumber: '4111111111111111',
  expiry: '12/30',
  amountWon: won(12_300),
  merchantId,
  merchantName: '속초 밥상',
  noticeMobile: '01012345678',
  businessDate: today,
  expiresAtMs: nowMs + 10_000,
};

export interface CardBench {
  readonly scheduler: VirtualScheduler;
  readonly role: CardRole;
  readonly card: CardApi;
  readonly store: CardStore;
  readonly db: Kysely<CardTables>;
  readonly folder: string;
  readonly mms: Mocked<MmsGateway>;
  readonly log: Mocked<CardDeps['log']>;
  /** Texts that arrived at the phone, in order, each once. */
  texts(): string[];
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function createCardBench(
  options: { faults?: CardFaults; scheduler?: VirtualScheduler; gatherMs?: number } = {},
): Promise<CardBench> {
  const files = createTemporaryDatabase<CardTables>({ ...ledgerMigrations, ...cardMigrations });
  const mms: Mocked<MmsGateway> = { send: vi.fn<MmsGateway['send']>(async () => undefined) };
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  let draws = 0;
  const boot = async (scheduler: VirtualScheduler) => {
    const db = await files.open();
    const store = createCardStore(db);
    const role = createCardRole({
      store,
      mms,
      scheduler,
      randomBytes: (length) => {
        draws += 1;
        return new Uint8Array(length).fill(draws);
      },
      tokenKey: new Uint8Array(32).fill(9),
      signer: peers.card.signer,
      config: {
        rules: { ...defaultCardConfig.rules, agreements: [cardAgreement] },
        notices: { ...defaultCardConfig.notices, gatherMs: options.gatherMs ?? 0 },
      },
      log,
      ...(options.faults && { faults: options.faults }),
    });
    const card = createCardApi(createInjectCall(role.app));
    return { scheduler, db, store, role, card };
  };
  let now = await boot(options.scheduler ?? createVirtualScheduler(nowMs));
  await now.role.start();
  return {
    get scheduler() {
      return now.scheduler;
    },
    get role() {
      return now.role;
    },
    get card() {
      return now.card;
    },
    get store() {
      return now.store;
    },
    get db() {
      return now.db;
    },
    folder: files.folder,
    mms,
    log,
    texts() {
      const taken = mms.send.mock.calls.filter(
        (_call, index) => mms.send.mock.settledResults[index]?.type === 'fulfilled',
      );
      return [...new Map(taken.map(([message]) => [message.idempotencyKey, message.text])).values()];
    },
    async restart() {
      await now.db.destroy();
      now = await boot(createVirtualScheduler(now.scheduler.nowMs() + 1_000));
      await now.role.start();
    },
    async close() {
      await now.role.stop();
      await files.remove();
    },
  };
}
