import type { StatementId } from '@scanpay/shared/ids.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import type { Kysely, Transaction } from 'kysely';
import type { SettlementStore } from '../../../ports/settlement-store.ts';
import { appendLedgerEntry } from './append-entry.ts';
import { isBusinessDateClosed } from './closed-dates.ts';
import { createDayHeads } from './day-heads.ts';
import { statementColumns, toStatementRow, toStoredStatement } from './statement-rows.ts';
import { asLedger, type LedgerTables } from './tables.ts';

/** The settlement's view of a company's database, over the same tables its payments are booked in. */
export function createSettlementStore<Tables extends LedgerTables>(database: Kysely<Tables>): SettlementStore {
  const db = asLedger(database);
  return {
    isBusinessDateClosed: (businessDate) => isBusinessDateClosed(db, businessDate),
    ...createBookReads(db),
    ...createDayHeads(db),
    ...createStatementReads(db),
    ...createStatementWrites(db),
  };
}

type BookReads = Pick<SettlementStore, 'listEvents' | 'listMerchants' | 'readBalances'>;

function createBookReads(db: Kysely<LedgerTables>): BookReads {
  return {
    async listEvents(businessDate, merchantId) {
      const rows = await db
        .selectFrom('ledger_entries')
        .select(['kind', 'tender', 'payment_id', 'cancel_id'])
        .select(['charged_won', 'card_fee_won', 'pg_fee_won', 'operator_fee_won', 'merchant_share_won'])
        .where('business_date', '=', businessDate)
        .where('kind', '<>', 'payout')
        .$if(merchantId !== null, (query) => query.where('merchant_id', '=', merchantId))
        .orderBy('seq')
        .execute();
      // The table's check constraints keep these columns filled for every kind but payouts.
      return rows.map(
        (row): BookedEvent => ({
          kind: row.kind as BookedEvent['kind'],
          tender: row.tender as BookedEvent['tender'],
          paymentId: row.payment_id as BookedEvent['paymentId'],
          cancelId: row.cancel_id,
          split: {
            chargedWon: row.charged_won as Won,
            cardFeeWon: row.card_fee_won as Won,
            pgFeeWon: row.pg_fee_won as Won,
            operatorFeeWon: row.operator_fee_won as Won,
            merchantShareWon: row.merchant_share_won as Won,
          },
        }),
      );
    },
    async listMerchants(businessDate) {
      const rows = await db
        .selectFrom('ledger_entries')
        .select('merchant_id')
        .distinct()
        .where('business_date', '=', businessDate)
        .where('merchant_id', 'is not', null)
        .orderBy('merchant_id')
        .execute();
      return rows.flatMap((row) => row.merchant_id ?? []);
    },
    async readBalances() {
      const rows = await db
        .selectFrom('ledger_postings')
        .select(({ fn }) => ['account', fn.sum<number | string>('amount_won').as('amount')])
        .groupBy('account')
        .orderBy('account')
        .execute();
      // PostgreSQL gives a sum of bigint as text.
      return rows.map((row) => ({ account: row.account, amountWon: won(Number(row.amount)) }));
    },
  };
}

type StatementReads = Pick<
  SettlementStore,
  | 'listClosedDatesWithout'
  | 'findStatement'
  | 'findReceived'
  | 'readStatementJws'
  | 'listStatements'
  | 'listUnfinishedSent'
  | 'listUnanswered'
  | 'listWithoutOnward'
>;

function createStatementReads(db: Kysely<LedgerTables>): StatementReads {
  const statements = () => db.selectFrom('statements').select(statementColumns);
  const sentIds = () => db.selectFrom('statements').select('statement_id').where('direction', '=', 'sent');
  const inOrder = 'business_date';
  return {
    async listClosedDatesWithout(hop) {
      const rows = await db
        .selectFrom('closed_dates')
        .select('closed_dates.business_date')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('statements')
                .select('statement_id')
                .where('hop', '=', hop)
                .where('direction', '=', 'sent')
                .whereRef('statements.business_date', '=', 'closed_dates.business_date'),
            ),
          ),
        )
        .orderBy('closed_dates.business_date')
        .execute();
      return rows.map((row) => row.business_date);
    },
    async findStatement(statementId) {
      const row = await statements().where('statement_id', '=', statementId).executeTakeFirst();
      return row && toStoredStatement(row);
    },
    async findReceived({ hop, sender, receiver, businessDate }) {
      const row = await statements()
        .where('direction', '=', 'received')
        .where('hop', '=', hop)
        .where('sender', '=', sender)
        .where('receiver', '=', receiver)
        .where('business_date', '=', businessDate)
        .executeTakeFirst();
      return row && toStoredStatement(row);
    },
    async readStatementJws(statementId) {
      const query = db.selectFrom('statements').select('statement_jws').where('statement_id', '=', statementId);
      return (await query.executeTakeFirst())?.statement_jws;
    },
    async listStatements(businessDate) {
      const query = statements().where('business_date', '=', businessDate);
      const rows = await query.orderBy('hop').orderBy('receiver').execute();
      return rows.map(toStoredStatement);
    },
    async listUnfinishedSent() {
      const rows = await sentIds()
        .where(({ eb, or, and }) =>
          or([eb('state', 'in', ['presented', 'approved']), and([eb('state', '=', 'paid'), eb('paid_told', '=', 0)])]),
        )
        .orderBy(inOrder)
        .execute();
      return rows.map((row) => row.statement_id);
    },
    async listUnanswered(receiver) {
      const query = sentIds().where('receiver', '=', receiver).where('state', '=', 'presented');
      return (await query.orderBy(inOrder).execute()).map((row) => row.statement_id);
    },
    async listWithoutOnward() {
      const rows = await statements()
        .where('direction', '=', 'received')
        .where('state', 'in', ['approved', 'paid'])
        .where('onward_made', '=', 0)
        .orderBy(inOrder)
        .execute();
      return rows.map(toStoredStatement);
    },
  };
}

type StatementWrites = Pick<
  SettlementStore,
  'addSent' | 'addReceived' | 'recordAnswer' | 'recordPayout' | 'markPaidTold'
>;

function createStatementWrites(db: Kysely<LedgerTables>): StatementWrites {
  return {
    addSent: (statements, onwardOf, nowMs) =>
      db.transaction().execute(async (trx) => {
        if (onwardOf !== null && !(await claimOnward(trx, onwardOf))) return [];
        const added: StatementId[] = [];
        for (const each of statements) {
          const row = toStatementRow('sent', each, null, nowMs);
          const { numInsertedOrUpdatedRows } = await trx
            .insertInto('statements')
            .values(row)
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirst();
          if (numInsertedOrUpdatedRows === 1n) added.push(row.statement_id);
        }
        return added;
      }),
    addReceived: (received, verdict, nowMs) =>
      db.transaction().execute(async (trx) => {
        const row = toStatementRow('received', received, verdict, nowMs);
        await trx
          .insertInto('statements')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return createStatementReads(trx).findReceived(received.statement);
      }),
    async recordAnswer(statementId, { state, faults, answerJws }, nowMs) {
      const { numUpdatedRows } = await db
        .updateTable('statements')
        .set({ state, faults_json: JSON.stringify(faults), answer_jws: answerJws, updated_at_ms: nowMs })
        .where('statement_id', '=', statementId)
        .where('direction', '=', 'sent')
        .where('state', '=', 'presented')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    recordPayout: (entry, nowMs) =>
      db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('statements')
          .set({ state: 'paid', updated_at_ms: nowMs })
          .where('statement_id', '=', entry.statementId)
          .where('state', '=', 'approved')
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) return false;
        await appendLedgerEntry(trx, entry);
        return true;
      }),
    async markPaidTold(statementId) {
      await db.updateTable('statements').set({ paid_told: 1 }).where('statement_id', '=', statementId).execute();
    },
  };
}

/** Marks the received statement as followed up; false: it was already. */
async function claimOnward(trx: Transaction<LedgerTables>, statementId: StatementId): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('statements')
    .set({ onward_made: 1 })
    .where('statement_id', '=', statementId)
    .where('direction', '=', 'received')
    .where('onward_made', '=', 0)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
