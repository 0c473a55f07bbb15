import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createDateCloser } from '@scanpay/cloud/drivers/sql/ledger/closed-dates.ts';
import { createSettlementStore } from '@scanpay/cloud/drivers/sql/ledger/settlement-store.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { Log } from '@scanpay/cloud/ports/log.ts';
import type { StatementReceiverApi, StatementSenderApi } from '@scanpay/cloud/ports/peers.ts';
import { closeDay } from '@scanpay/cloud/roles/settle/close-day.ts';
import { createMerchantLink } from '@scanpay/cloud/roles/settle/merchant-link.ts';
import { createSettlement, type Settlement } from '@scanpay/cloud/roles/settle/settlement.ts';
import { accept, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker, type DeviceId, type MerchantId, type StatementId } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { day, openBook } from './books.ts';

/** A day's settlement, from the close to the last merchant's money. */
export interface SettledDay {
  statements: number;
  /** S15's, of all terminals. */
  lines: number;
  wallMs: number;
  cpuMs: number;
}

const log: Log = { info: () => undefined, warn: fail, error: fail };
const lookEveryMs = 20;
const withinMs = 30 * 60_000;

function fail(fields: object, text: string): void {
  throw new ScanPayError('internal', `${text}: ${JSON.stringify(fields)}`);
}

function makeKey(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer: JwsSigner = { kid, privateKey };
  return { signer, resolveKey: (asked: string) => (asked === kid ? publicKey : undefined) };
}

/** Statements that came to terminals, by their last part. */
type Presented = Map<StatementId, { deviceId: DeviceId; statementSha256: string }>;

/**
 * Closes the booked day at all three companies, takes its statements through S13, S14 and S15, and has every merchant
 * approve; the companies are called in process. Retries and deadlines are those of the services.
 */
export async function settleDay(folder: string): Promise<SettledDay> {
  const presented: Presented = new Map();
  const { settlements, stop } = await openCompanies(folder, presented);
  const { card, pg, operator } = settlements;
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const closed = await closeDay(settlements, day);
  if (!closed.ok) throw new ScanPayError(closed.code, closed.detail);
  const isPaid = async (company: Settlement, direction: 'sent' | 'received') =>
    (await company.listStatements(day)).some((row) => row.direction === direction && row.state === 'paid');
  await until(() => isPaid(card, 'sent'));
  await until(() => isPaid(pg, 'sent'));
  await until(async () => (await operator.listStatements(day)).length === presented.size + 1);
  const merchants = new Map((await operator.listStatements(day)).map((row) => [row.statementId, row]));
  for (const [statementId, { deviceId, statementSha256 }] of presented) {
    const merchantId = merchants.get(statementId)?.receiver as MerchantId;
    const answer = { statementId, statementSha256, answer: 'approved' as const, faults: [] };
    const state = await operator.merchantDesk?.answer({ deviceId, merchantId, answer, answerJws: 'a.b.c' });
    if (state?.ok !== true || state.value.state !== 'paid') throw new ScanPayError('internal', JSON.stringify(state));
  }
  const wallMs = performance.now() - startedMs;
  const cpu = process.cpuUsage(cpuBefore);
  const rows = await operator.listStatements(day);
  await stop();
  const lines = rows.filter(({ hop }) => hop === 'S15').reduce((sum, { lineCount }) => sum + lineCount, 0);
  return { statements: rows.length + 1, lines, wallMs, cpuMs: (cpu.user + cpu.system) / 1_000 };
}

async function openCompanies(folder: string, presented: Presented) {
  const keys = { card: makeKey('card-1'), pg: makeKey('pg-1'), operator: makeKey('operator-1') };
  const settlements = {} as Record<Company, Settlement>;
  const books = {
    card: await openBook(folder, 'card'),
    pg: await openBook(folder, 'pg'),
    operator: await openBook(folder, 'operator'),
  };
  const common = (company: Company) => ({
    store: createSettlementStore(books[company]),
    closeBusinessDate: createDateCloser(books[company], async () => 0),
    contractVersionOf: async () => null,
    scheduler: systemScheduler,
    ids: createIdMaker(systemScheduler, randomBytes),
    log,
    signer: keys[company].signer,
  });
  const receiver = (company: Company): StatementReceiverApi => ({
    present: async (jws) => settlements[company].inbox?.receive(jws) ?? refuse('not_found'),
    confirmPaid: async (id, adviceJws) => settlements[company].inbox?.receivePaid(id, adviceJws) ?? refuse('not_found'),
    takeLineAct: (id, actJws) => settlements[company].lineDesk.takeAct(id, actJws),
  });
  const sender = (company: Company): StatementSenderApi => ({
    async readLines(statementId, after) {
      const page = await settlements[company].readLines(statementId, after);
      return page === undefined ? refuse('not_found') : accept(page);
    },
    takeLineAct: (id, actJws) => settlements[company].lineDesk.takeAct(id, actJws),
  });
  const merchants = createMerchantLink(async (deviceId, message) => {
    if (message.type !== 'settlement.statement' || message.part < message.parts) return;
    presented.set(message.statementId, { deviceId, statementSha256: message.statementSha256 });
  });
  settlements.card = createSettlement({
    ...common('card'),
    company: 'card',
    receiver: receiver('pg'),
    resolveReceiverKey: keys.pg.resolveKey,
  });
  settlements.pg = createSettlement({
    ...common('pg'),
    ...{
      company: 'pg',
      receiver: receiver('operator'),
      resolveReceiverKey: keys.operator.resolveKey,
      sender: sender('card'),
      resolveSenderKey: keys.card.resolveKey,
    },
  });
  settlements.operator = createSettlement({
    ...common('operator'),
    ...{
      company: 'operator',
      merchants,
      sender: sender('pg'),
      resolveSenderKey: keys.pg.resolveKey,
    },
  });
  for (const settlement of Object.values(settlements)) await settlement.start();
  const stop = async (): Promise<void> => {
    for (const settlement of Object.values(settlements)) await settlement.stop();
    for (const book of Object.values(books)) await book.destroy();
  };
  return { settlements, stop };
}

async function until(accept: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await accept())) {
    if (performance.now() > deadline) throw new ScanPayError('internal', 'the day is not settled');
    await delay(lookEveryMs);
  }
}
