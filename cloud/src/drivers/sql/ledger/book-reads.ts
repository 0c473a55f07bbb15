import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import type { Kysely } from 'kysely';
import type { BookScope, SettlementStore } from '../../../ports/settlement-store.ts';
import type { LedgerEntryTable, LedgerTables } from './tables.ts';

/** Events read at once; a payment has a handful. */
const pageEvents = 1_000;

type BookReads = Pick<SettlementStore, 'readEvents' | 'findEvents' | 'listTerminalParts' | 'readBalances'>;

/** What settlement reads of a book: a date in pages, so that memory does not grow with the day. */
export function createBookReads(db: Kysely<LedgerTables>): BookReads {
  const events = ({ businessDate, terminal }: BookScope) =>
    db
      .selectFrom('ledger_entries')
      .select(eventColumns)
      .where('business_date', '=', businessDate)
      .where('payment_id', 'is not', null)
      .$if(terminal !== null, (query) =>
        query
          .where('device_id', '=', terminal?.deviceId ?? null)
          .where('merchant_id', '=', terminal?.merchantId ?? null),
      )
      .$if(terminal?.payoutDate === null, (query) => query.where('payout_date', 'is', null))
      .$if(terminal !== null && terminal.payoutDate !== null && terminal.payoutDate !== 'any', (query) =>
        query.where('payout_date', '=', terminal?.payoutDate as BusinessDate),
      )
      .orderBy('payment_id')
      .orderBy('seq');
  return {
    async readEvents(scope, after) {
      const rows = await events(scope)
        .$if(after !== null, (query) => query.where('payment_id', '>', after))
        .limit(pageEvents)
        .execute();
      const last = rows.at(-1)?.payment_id ?? null;
      if (rows.length < pageEvents) return { events: rows.map(toEvent), next: null };
      // The last payment may go on in the next page: it is left for that one.
      const whole = rows.filter((row) => row.payment_id !== last);
      const next = whole.at(-1)?.payment_id ?? null;
      if (next === null) throw new ScanPayError('internal', `payment ${last} has ${pageEvents} entries and more`);
      return { events: whole.map(toEvent), next };
    },
    async findEvents(scope, paymentIds) {
      if (paymentIds.length === 0) return [];
      return (await events(scope).where('payment_id', 'in', paymentIds).execute()).map(toEvent);
    },
    async listTerminalParts(businessDate) {
      const rows = await db
        .selectFrom('ledger_entries')
        .select(['device_id', 'merchant_id', 'payout_date'])
        .distinct()
        .where('business_date', '=', businessDate)
        .where('device_id', 'is not', null)
        .orderBy('device_id')
        .orderBy('merchant_id')
        .orderBy('payout_date')
        .execute();
      return rows.flatMap(({ device_id: deviceId, merchant_id: merchantId, payout_date: payoutDate }) =>
        deviceId === null || merchantId === null ? [] : [{ deviceId, merchantId, payoutDate }],
      );
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

const eventColumns = [
  'kind',
  'tender',
  'payment_id',
  'cancel_id',
  'charged_won',
  'card_fee_won',
  'pg_fee_won',
  'operator_fee_won',
  'merchant_share_won',
] as const;

/** The table's check constraints keep these columns filled for every kind but payouts. */
const toEvent = (row: Pick<LedgerEntryTable, (typeof eventColumns)[number]>): BookedEvent => ({
  kind: row.kind as BookedEvent['kind'],
  tender: row.tender as BookedEvent['tender'],
  paymentId: row.payment_id as PaymentId,
  cancelId: row.cancel_id,
  split: {
    chargedWon: row.charged_won as Won,
    cardFeeWon: row.card_fee_won as Won,
    pgFeeWon: row.pg_fee_won as Won,
    operatorFeeWon: row.operator_fee_won as Won,
    merchantShareWon: row.merchant_share_won as Won,
  },
});
