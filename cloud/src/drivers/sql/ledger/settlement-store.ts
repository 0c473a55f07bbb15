import type { StatementId, TransferId } from '@scanpay/shared/ids.ts';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { SettlementStore } from '../../../ports/settlement-store.ts';
import { createBookReads } from './book-reads.ts';
import { findPaymentEntries } from './chain.ts';
import { isBusinessDateClosed } from './closed-dates.ts';
import { createDayHeads } from './day-heads.ts';
import { transferEntryKey } from './entry-key.ts';
import { createLineStore } from './line-store.ts';
import { clearStatement, createMerchantPayouts } from './merchant-payouts.ts';
import { statementColumns, toStatementRow, toStoredStatement } from './statement-rows.ts';
import { asLedger, type LedgerTables } from './tables.ts';
import { createTransferReader } from './transfer-reader.ts';

/** The settlement's view of a company's database, over the same tables its payments are booked in. */
export function createSettlementStore<Tables extends LedgerTables>(database: Kysely<Tables>): SettlementStore {
  const db = asLedger(database);
  return {
    isBusinessDateClosed: (businessDate) => isBusinessDateClosed(db, businessDate),
    ...createBookReads(db),
    findPaymentEntries: (paymentId) => findPaymentEntries(db, paymentId),
    ...createDayHeads(db),
    ...createStatementReads(db),
    ...createStatementWrites(db),
    ...createMerchantPayouts(db),
    ...createLineStore(db),
    ...createTransferReader(db),
  };
}

type StatementReads = Pick<
  SettlementStore,
  | 'listClosedDatesWithout'
  | 'findStatement'
  | 'findReceived'
  | 'readStatementJws'
  | 'listStatements'
  | 'listCovering'
  | 'listTransferred'
  | 'listUnfinishedSent'
  | 'listUnanswered'
  | 'listTardyTerminals'
  | 'countOpenStatements'
  | 'listWithoutOnward'
>;

function createStatementReads(db: Kysely<LedgerTables>): StatementReads {
  const statements = () => db.selectFrom('statements').select(statementColumns);
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
    async findReceived({ hop, sender, receiver, deviceId, businessDate, payoutDate }) {
      const row = await statements()
        .where('direction', '=', 'received')
        .where('hop', '=', hop)
        .where('sender', '=', sender)
        .where('receiver', '=', receiver)
        .where('device_id', '=', deviceId ?? '')
        .where('business_date', '=', businessDate)
        .where(sql`coalesce(payout_date, '')`, '=', payoutDate ?? '')
        .executeTakeFirst();
      return row && toStoredStatement(row);
    },
    async readStatementJws(statementId) {
      const query = db.selectFrom('statements').select('statement_jws').where('statement_id', '=', statementId);
      return (await query.executeTakeFirst())?.statement_jws;
    },
    async listStatements(businessDate) {
      const query = statements().where('business_date', '=', businessDate);
      const rows = await query.orderBy('hop').orderBy('receiver').orderBy('device_id').orderBy('payout_date').execute();
      return rows.map(toStoredStatement);
    },
    async listCovering(businessDate, terminal) {
      const rows = await statements()
        .where('business_date', '=', businessDate)
        .where('device_id', 'in', ['', ...(terminal === null ? [] : [terminal.deviceId])])
        .where(({ or, eb }) =>
          or([
            eb('device_id', '=', ''),
            eb('covers_date', '=', 1),
            eb('payout_date', terminal?.payoutDate === null ? 'is' : '=', terminal?.payoutDate ?? null),
          ]),
        )
        .orderBy('hop')
        .execute();
      return rows.map(toStoredStatement);
    },
    listTransferred: (transferId) => listTransferred(db, transferId),
    ...createWaitingReads(db),
  };
}

/** By the payouts of whom it went to, for statements are in no order of transfers. */
async function listTransferred(db: Kysely<LedgerTables>, transferId: TransferId) {
  const cleared = db
    .selectFrom('ledger_entries as transfer')
    .innerJoin('ledger_entries as payout', 'payout.merchant_id', 'transfer.merchant_id')
    .select('payout.statement_id')
    .where('transfer.entry_key', '=', transferEntryKey(transferId))
    .where('payout.kind', '=', 'payout')
    .where('payout.payment_id', 'is', null);
  const rows = await db
    .selectFrom('statements')
    .select(statementColumns)
    .where('statement_id', 'in', cleared)
    .where('transfer_id', '=', transferId)
    .orderBy('business_date')
    .orderBy('statement_id')
    .execute();
  return rows.map(toStoredStatement);
}

/** What waits for something. */
function createWaitingReads(
  db: Kysely<LedgerTables>,
): Pick<
  SettlementStore,
  'listUnfinishedSent' | 'listUnanswered' | 'listTardyTerminals' | 'countOpenStatements' | 'listWithoutOnward'
> {
  const statements = () => db.selectFrom('statements').select(statementColumns);
  const sentIds = () => db.selectFrom('statements').select('statement_id').where('direction', '=', 'sent');
  const inOrder = 'business_date';
  return {
    async listUnfinishedSent() {
      const rows = await sentIds()
        .where(({ eb, or, and }) =>
          or([
            eb('state', 'in', ['presented', 'approved', 'disputed']),
            and([eb('state', 'in', ['paid', 'part-paid']), eb('paid_told', '=', 0)]),
          ]),
        )
        .orderBy(inOrder)
        .execute();
      return rows.map((row) => row.statement_id);
    },
    async listUnanswered(deviceId) {
      const query = sentIds().where('device_id', '=', deviceId).where('state', '=', 'presented');
      return (await query.orderBy(inOrder).execute()).map((row) => row.statement_id);
    },
    async countOpenStatements() {
      const rows = await db
        .selectFrom('statements')
        .select(({ fn }) => ['state', fn.countAll<number | bigint | string>().as('count')])
        .where('state', 'in', ['presented', 'approved', 'disputed'])
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    },
    async listTardyTerminals(presentedBeforeMs) {
      const rows = await db
        .selectFrom('statements')
        .select('device_id')
        .distinct()
        .where('direction', '=', 'sent')
        .where('state', '=', 'presented')
        .where('device_id', '<>', '')
        .where('updated_at_ms', '<', presentedBeforeMs)
        .orderBy('device_id')
        .execute();
      return rows.flatMap(({ device_id }) => (device_id === '' ? [] : device_id));
    },
    async listWithoutOnward() {
      const rows = await statements()
        .where('direction', '=', 'received')
        .where('state', '<>', 'presented')
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
    recordPayout: (entry, paid, nowMs) => db.transaction().execute((trx) => clearStatement(trx, entry, paid, nowMs)),
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
