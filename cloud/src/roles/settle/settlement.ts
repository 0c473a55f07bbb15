import type { BookFindings, PaymentTrace } from '@scanpay/shared/api/reconciliation.ts';
import type { AccountBalance, LinePage, StatementDetail, StatementRow } from '@scanpay/shared/api/settlement.ts';
import { type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import type { BookSearch } from '@scanpay/shared/settlement/book-search.ts';
import { readStoredStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { makeStatementLines } from '@scanpay/shared/settlement/statement.ts';
import { chartOfAccounts } from '../../core/settle/chart-of-accounts.ts';
import { receivedHop, sentHop } from '../../core/settle/hops.ts';
import { scopeOf } from '../../core/settle/line-pages.ts';
import { searchBook } from '../../core/settle/search-book.ts';
import { toStatementRow } from '../../core/settle/statement-row.ts';
import { tracePayment } from '../../core/settle/trace-payment.ts';
import type { Company } from '../../ports/ledger.ts';
import type { SettlementStore, StoredStatement } from '../../ports/settlement-store.ts';
import { createLineDesk, type LineDesk } from './line-desk.ts';
import { createMerchantDesk, type MerchantDesk } from './merchant-desk.ts';
import { createMerchantPayouts } from './merchant-payouts.ts';
import { createCompanyHop, createMerchantHop } from './next-hop.ts';
import { createCompanyPayer, createMerchantPayer } from './pay-statement.ts';
import { sealClosedDays } from './seal-days.ts';
import { createSerialRetrier } from './serial-retrier.ts';
import type { SettlementDeps } from './settlement-deps.ts';
import { createStatementCourier } from './statement-courier.ts';
import { createStatementInbox, type StatementInbox } from './statement-inbox.ts';
import { makeStatements } from './statement-maker.ts';

/** One company's settlement, S13–S15. Works once started; what a restart interrupted goes on at `start`. */
export interface Settlement {
  company: Company;
  start(): Promise<void>;
  /** Resolves when nothing is under way any more; what is unfinished goes on at the next start. */
  stop(): Promise<void>;
  /** Resolves when no step is running; what waits for a retry or for somebody's answer is not waited for. */
  whenIdle(): Promise<void>;
  /**
   * The date takes no more payments; closing twice is closing once. At the card company this begins S13; the others'
   * statements follow from those they receive. Codes: invalid_input (a future date), date_open_payments.
   */
  close(businessDate: BusinessDate): Promise<Result<void>>;
  /** Disputed lines, settled later. */
  lineDesk: LineDesk;
  /** Null: the card company receives no statements. */
  inbox: StatementInbox | null;
  /** Null: only the operator deals with merchants. */
  merchantDesk: MerchantDesk | null;
  listStatements(businessDate: BusinessDate): Promise<StatementRow[]>;
  findStatement(statementId: StatementId): Promise<StatementDetail | undefined>;
  /** Lines of a statement as this company's book has them; undefined: there is no such statement. */
  readLines(statementId: StatementId, after: PaymentId | null): Promise<LinePage | undefined>;
  readBalances(): Promise<AccountBalance[]>;
  /** Undefined: the payment is not in the book. */
  tracePayment(paymentId: PaymentId): Promise<PaymentTrace | undefined>;
  /** A won by whatever is known of it. */
  search(search: BookSearch): Promise<BookFindings>;
}

const noKey = () => undefined;
const defaultPace = { firstDelayMs: 1_000, maxDelayMs: 60_000, maxConcurrent: 8 };

export function createSettlement(deps: SettlementDeps): Settlement {
  const { company, store, scheduler: clock, log } = deps;
  const retrier = createSerialRetrier({ scheduler: clock, log, pace: deps.retryPace ?? defaultPace });
  const nextHop =
    deps.company === 'operator'
      ? createMerchantHop(deps.merchants, store)
      : createCompanyHop(deps.receiver, deps.resolveReceiverKey, deps.signer);
  const payouts = createMerchantPayouts({ store, clock, ids: deps.ids, log });
  const payer =
    deps.company === 'operator' ? createMerchantPayer({ store, clock, payouts }) : createCompanyPayer({ store, clock });
  const courier = createStatementCourier({ store, nextHop, payer, retrier, clock, log });

  /** Makes the statements of the date and sends them off; `onwardOf` is the statement they follow from. */
  const makeAndSend = async (businessDate: BusinessDate, onwardOf: StatementId | null): Promise<void> => {
    const made = await makeStatements({ ...deps, clock }, businessDate, onwardOf);
    for (const statementId of made) void courier.deliver(statementId);
  };
  const goOn = ({ statementId, businessDate }: StoredStatement): void => {
    void retrier.run(`after ${statementId}`, () => makeAndSend(businessDate, statementId).then(() => 'done'));
  };
  const begin = (businessDate: BusinessDate): void => {
    void retrier.run(`close ${businessDate}`, () => makeAndSend(businessDate, null).then(() => 'done'));
  };

  const lineDesk = createLineDesk({
    ...deps,
    sender: deps.company === 'card' ? null : deps.sender,
    receiver: deps.company === 'operator' ? null : deps.receiver,
    merchants: deps.company === 'operator' ? deps.merchants : null,
    resolveSenderKey: deps.company === 'card' ? noKey : deps.resolveSenderKey,
    resolveReceiverKey: deps.company === 'operator' ? noKey : deps.resolveReceiverKey,
    retrier,
    clock,
  });
  const inbox = deps.company === 'card' ? null : createStatementInbox({ ...deps, clock, onAnswered: goOn });

  return {
    company,
    lineDesk,
    inbox,
    merchantDesk: deps.company === 'operator' ? createMerchantDesk({ store, courier, clock, log }) : null,
    async start() {
      await sealClosedDays({ ...deps, clock });
      if (receivedHop[company] === null) (await store.listClosedDatesWithout(sentHop[company])).forEach(begin);
      for (const statement of await store.listWithoutOnward()) goOn(statement);
      for (const statementId of await store.listUnfinishedSent()) void courier.deliver(statementId);
      await lineDesk.resume();
    },
    async stop() {
      await inbox?.whenIdle();
      await retrier.stop();
    },
    async whenIdle() {
      await inbox?.whenIdle();
      await retrier.whenIdle();
    },
    async close(businessDate) {
      const nowMs = clock.nowMs();
      if (businessDate > businessDateAt(nowMs))
        return refuse('invalid_input', `/businessDate: ${businessDate} is to come`);
      const closed = await deps.closeBusinessDate(businessDate, nowMs);
      if (!closed.ok) return closed;
      await sealClosedDays({ ...deps, clock });
      if (receivedHop[company] === null) begin(businessDate);
      return accept(undefined);
    },
    ...createReads(store),
    tracePayment: (paymentId) => tracePayment(deps, paymentId),
    search: (search) => searchBook(store, search),
  };
}

function createReads(
  store: SettlementStore,
): Pick<Settlement, 'listStatements' | 'findStatement' | 'readLines' | 'readBalances'> {
  return {
    listStatements: async (businessDate) => (await store.listStatements(businessDate)).map(toStatementRow),
    async findStatement(statementId) {
      const stored = await store.findStatement(statementId);
      const statementJws = await store.readStatementJws(statementId);
      if (stored === undefined || statementJws === undefined) return undefined;
      const statement = readStoredStatement(statementJws);
      return statement.ok ? { row: toStatementRow(stored), statement: statement.value, statementJws } : undefined;
    },
    async readLines(statementId, after) {
      const stored = await store.findStatement(statementId);
      if (stored === undefined) return undefined;
      const { events, next } = await store.readEvents(scopeOf(stored), after);
      return { lines: makeStatementLines(stored.hop, events), next };
    },
    async readBalances() {
      const balances = await store.readBalances();
      return balances.map(({ account, amountWon }) => ({ account, ...chartOfAccounts[account], amountWon }));
    },
  };
}
