import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker, type DeviceId, type MerchantId } from '@scanpay/shared/ids.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import type { StatementPart } from '@scanpay/shared/settlement/statement-part.ts';
import { createVirtualScheduler, type VirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import type { Kysely } from 'kysely';
import { makePaymentEntry } from '../../../core/settle/ledger.ts';
import { cardMigrations } from '../../../drivers/sql/card/migrations.ts';
import { createSqliteKysely, migrateToLatest, openSqliteFile } from '../../../drivers/sql/database.ts';
import { appendLedgerEntry } from '../../../drivers/sql/ledger/append-entry.ts';
import { createDateCloser } from '../../../drivers/sql/ledger/closed-dates.ts';
import { ledgerMigrations } from '../../../drivers/sql/ledger/migrations.ts';
import { createSettlementStore } from '../../../drivers/sql/ledger/settlement-store.ts';
import type { LedgerTables } from '../../../drivers/sql/ledger/tables.ts';
import { operatorMigrations } from '../../../drivers/sql/operator/migrations.ts';
import { pgMigrations } from '../../../drivers/sql/pg/migrations.ts';
import type { Company } from '../../../ports/ledger.ts';
import type { Log } from '../../../ports/log.ts';
import type { StatementReceiverApi, StatementSenderApi } from '../../../ports/peers.ts';
import { createRoleApp, type RoleApp } from '../../common/role-app.ts';
import { closeDay } from '../close-day.ts';
import { addStatementFileRoutes } from '../files/statement-file-routes.ts';
import type { Party } from '../files/statement-words.ts';
import { createMerchantLink, type SettlementMessage } from '../merchant-link.ts';
import { createSettlement, type Settlement } from '../settlement.ts';
import { addSettlementRoutes } from '../settlement-routes.ts';

/** One company: its own file, key, service and HTTP app. */
export interface TestCompany {
  db: Kysely<LedgerTables>;
  signer: JwsSigner;
  settlement: Settlement;
  app: RoleApp;
  /** Payments of these dates count as under way. */
  openDates: Set<BusinessDate>;
}

/** What a call between companies meets with: nothing, or it is lost before it arrives, or after it was acted on. */
export type Disturbance = 'none' | 'lost request' | 'lost answer';

export interface LoggedLine {
  level: 'info' | 'warn' | 'error';
  fields: Record<string, unknown>;
  text: string;
}

export interface SettlementWorld {
  companies: Record<Company, TestCompany>;
  scheduler: VirtualScheduler;
  log: LoggedLine[];
  /** What went to boxes, oldest first. */
  sentToBoxes: { deviceId: DeviceId; message: SettlementMessage }[];
  /** What a box knows the operator by. */
  operatorKey: ResolveKey;
  /** Knows every company's keys. */
  resolveKey: ResolveKey;
  /** Merchants the operator knows by name. */
  parties: Map<string, Party>;
  /** Taken one by one, by calls of any company to another. */
  disturbances: Disturbance[];
  /** By which settlement cycle `book` has an event paid: on the same day until a test says otherwise. */
  payoutDateOf(businessDate: BusinessDate, event: BookedEvent): BusinessDate | null;
  /** True: no company reaches the next one. */
  isCut: boolean;
  /** `deviceId`: the merchant's only box unless it is another. */
  book(
    company: Company,
    event: BookedEvent,
    merchantId: MerchantId,
    businessDate: BusinessDate,
    deviceId?: DeviceId,
  ): Promise<void>;
  close(businessDate: BusinessDate): ReturnType<typeof closeDay>;
  /** Lets all steps and retries happen, for at most an hour of their time. */
  settle(): Promise<void>;
  /** Ends a company's process and starts it again on the same file. */
  restart(company: Company): Promise<void>;
  dispose(): Promise<void>;
}

const names: Company[] = ['card', 'pg', 'operator'];

export function makeSigner(kid: string): { signer: JwsSigner; resolveKey: ResolveKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { signer: { kid, privateKey }, resolveKey: (asked) => (asked === kid ? publicKey : undefined) };
}

function collectLog(lines: LoggedLine[]): Log {
  const at = (level: LoggedLine['level']) => (fields: object, text: string) => {
    lines.push({ level, fields: { ...fields }, text });
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** Repeats exactly from run to run, and never within one. */
function countingBytes(): (length: number) => Uint8Array {
  let next = 0;
  return (length) => {
    next += 1;
    const bytes = new Uint8Array(length);
    new DataView(bytes.buffer).setUint32(length - 4, next);
    return bytes;
  };
}

/** The only box of a merchant, unless a test says otherwise. */
export const boxOf = (merchantId: MerchantId) => `box-${merchantId}` as DeviceId;

type Peer = StatementReceiverApi & StatementSenderApi;

/** The other company's HTTP API, called in process. */
function injectPeer(app: () => RoleApp, takeDisturbance: () => Disturbance | undefined): Peer {
  const ask = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const disturbance = takeDisturbance();
    if (disturbance === 'lost request') throw new ScanPayError('upstream_unavailable', disturbance);
    const response = await app().inject({ method, url, ...(payload === undefined ? {} : { payload }) });
    if (disturbance === 'lost answer' || response.statusCode >= 500)
      throw new ScanPayError('upstream_unavailable', url);
    const body = response.json();
    if (response.statusCode === 200) return { ok: true as const, value: body };
    return { ok: false as const, code: body.code, detail: body.detail };
  };
  return {
    present: (statementJws) => ask('POST', '/v1/statements', { statementJws }),
    async confirmPaid(statementId, adviceJws) {
      const result = await ask('POST', `/v1/statements/${statementId}/paid`, { adviceJws });
      return result.ok ? { ok: true, value: undefined } : result;
    },
    async takeLineAct(statementId, actJws) {
      const result = await ask('POST', `/v1/statements/${statementId}/line-acts`, { actJws });
      return result.ok ? { ok: true, value: undefined } : result;
    },
    readLines: (statementId, after) =>
      ask('GET', `/v1/statements/${statementId}/lines${after === null ? '' : `?after=${after}`}`),
  };
}

/** An empty, migrated database, made once and copied from then on. */
let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-settle-template-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'empty.db');
  const db = createSqliteKysely<LedgerTables>(openSqliteFile(path));
  // Each file has the tables of all three, so that one template does.
  await migrateToLatest(db, { ...ledgerMigrations, ...cardMigrations, ...pgMigrations, ...operatorMigrations });
  await db.destroy();
  return path;
}

/** Three companies on real SQLite files, wired by their HTTP APIs; time is virtual. */
export async function createSettlementWorld(startMs?: number): Promise<SettlementWorld> {
  template ??= makeTemplate();
  const empty = await template;
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-settle-'));
  const lines: LoggedLine[] = [];
  const log = collectLog(lines);
  const scheduler = createVirtualScheduler(startMs);
  const keys = { card: makeSigner('card-1'), pg: makeSigner('pg-1'), operator: makeSigner('operator-1') };
  const companies = {} as Record<Company, TestCompany>;
  const randomBytes = countingBytes();

  const takeDisturbance = () => (world.isCut ? 'lost request' : world.disturbances.shift());
  const merchants = createMerchantLink(async (deviceId, message) => {
    world.sentToBoxes.push({ deviceId, message });
  });

  const open = async (name: Company): Promise<TestCompany> => {
    const path = join(folder, `${name}.db`);
    if (!existsSync(path)) copyFileSync(empty, path);
    const db = createSqliteKysely<LedgerTables>(openSqliteFile(path));
    const openDates = companies[name]?.openDates ?? new Set<BusinessDate>();
    const common = {
      store: createSettlementStore(db),
      closeBusinessDate: createDateCloser(db, async (_trx, date) => (openDates.has(date) ? 1 : 0)),
      contractVersionOf: async () => 3,
      scheduler,
      ids: createIdMaker(scheduler, randomBytes),
      log,
      signer: keys[name].signer,
    };
    const peer = (other: Company) => injectPeer(() => companies[other].app, takeDisturbance);
    const settlement = {
      card: () =>
        createSettlement({ ...common, company: 'card', receiver: peer('pg'), resolveReceiverKey: keys.pg.resolveKey }),
      pg: () =>
        createSettlement({
          ...common,
          company: 'pg',
          receiver: peer('operator'),
          resolveReceiverKey: keys.operator.resolveKey,
          sender: peer('card'),
          resolveSenderKey: keys.card.resolveKey,
        }),
      operator: () =>
        createSettlement({
          ...common,
          company: 'operator',
          merchants,
          sender: peer('pg'),
          resolveSenderKey: keys.pg.resolveKey,
        }),
    }[name]();
    const app = createRoleApp({ title: name, log });
    addSettlementRoutes(app, settlement);
    addStatementFileRoutes(app, { settlement, findParty: (party) => world.parties.get(party), log });
    await settlement.start();
    return { db, signer: keys[name].signer, settlement, app, openDates };
  };

  const whenIdle = async (): Promise<void> => {
    for (const name of [...names, ...names]) await companies[name].settlement.whenIdle();
  };

  const world: SettlementWorld = {
    companies,
    scheduler,
    log: lines,
    sentToBoxes: [],
    operatorKey: keys.operator.resolveKey,
    resolveKey: (kid) => names.map((name) => keys[name].resolveKey(kid)).find((key) => key !== undefined),
    parties: new Map(),
    disturbances: [],
    isCut: false,
    payoutDateOf: (businessDate) => businessDate,
    async book(name, event, merchantId, businessDate, deviceId = boxOf(merchantId)) {
      if (name === 'card' && event.tender === 'cash') return;
      const entry = makePaymentEntry(name, {
        ...event,
        merchantId: name === 'card' ? null : merchantId,
        deviceId: name === 'operator' ? deviceId : null,
        atMs: scheduler.nowMs(),
        businessDate,
        payoutDate: name === 'operator' ? world.payoutDateOf(businessDate, event) : null,
      });
      await companies[name].db.transaction().execute((trx) => appendLedgerEntry(trx, entry));
    },
    close: (businessDate) =>
      closeDay(
        { card: companies.card.settlement, pg: companies.pg.settlement, operator: companies.operator.settlement },
        businessDate,
      ),
    async settle() {
      await whenIdle();
      for (let minute = 0; minute < 60 && scheduler.pendingCount() > 0; minute += 1) {
        scheduler.advance(60_000);
        await whenIdle();
      }
    },
    async restart(name) {
      await companies[name].settlement.stop();
      await companies[name].app.close();
      await companies[name].db.destroy();
      companies[name] = await open(name);
    },
    async dispose() {
      for (const name of names) {
        await companies[name].settlement.stop();
        await companies[name].app.close();
        await companies[name].db.destroy();
      }
      rmSync(folder, { recursive: true });
    },
  };
  for (const name of names) companies[name] = await open(name);
  return world;
}

/** The parts one box got, by statement. */
export function partsOf(world: SettlementWorld, deviceId: DeviceId): StatementPart[] {
  return world.sentToBoxes.flatMap(({ deviceId: to, message }) => {
    if (to !== deviceId || message.type !== 'settlement.statement') return [];
    const { type: _, ...part } = message;
    return [part];
  });
}
