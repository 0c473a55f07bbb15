import type { CancelId } from '@scanpay/shared/ids.ts';
import { negateWon, type Won, won } from '@scanpay/shared/money.ts';
import { type RawBuilder, sql } from 'kysely';
import type { StatementTaxReader, TaxSums } from '../../../ports/statement-tax.ts';
import type { OperatorDb } from './transaction.ts';

type TaxColumn = 'supply_won' | 'vat_won' | 'tax_free_won';
const columns = ['supply_won', 'vat_won', 'tax_free_won'] as const satisfies readonly TaxColumn[];

/** Reads along the index of the book that a terminal's statement is made by. */
export function createStatementTaxReader(db: OperatorDb): StatementTaxReader {
  return {
    async sumTax({ deviceId, merchantId, payoutDate }, businessDate) {
      const row = await db
        .selectFrom('ledger_entries as entry')
        .innerJoin('operator_payments as payment', 'payment.payment_id', 'entry.payment_id')
        .leftJoin('operator_cancels as refund', 'refund.cancel_id', 'entry.cancel_id')
        .select(columns.map((column) => signedSum(column).as(column)))
        .where('entry.business_date', '=', businessDate)
        .where('entry.device_id', '=', deviceId)
        .where('entry.merchant_id', '=', merchantId)
        .where('entry.payout_date', payoutDate === null ? 'is' : '=', payoutDate)
        .executeTakeFirstOrThrow();
      return toSums(row);
    },
    async readLineTax(lines) {
      if (lines.length === 0) return [];
      const paymentIds = [...new Set(lines.map(({ paymentId }) => paymentId))];
      const payments = await db
        .selectFrom('operator_payments')
        .select(['payment_id', ...columns])
        .where('payment_id', 'in', paymentIds)
        .where('vat_won', 'is not', null)
        .execute();
      const refunds = await db
        .selectFrom('operator_cancels')
        .select(['cancel_id', ...columns])
        .where('payment_id', 'in', paymentIds)
        .where('vat_won', 'is not', null)
        .execute();
      const sales = new Map(payments.map((row) => [row.payment_id, toSums(row)]));
      const parts = new Map<CancelId | null, TaxSums>(refunds.map((row) => [row.cancel_id, toSums(row)]));
      return lines.map(({ kind, paymentId, cancelId }) => {
        if (kind === 'sale') return sales.get(paymentId);
        const back = kind === 'cancel' ? parts.get(cancelId) : sales.get(paymentId);
        return back && negateSums(back);
      });
    },
  };
}

function signedSum(column: TaxColumn): RawBuilder<number | string | null> {
  const [sale, refund] = [sql.ref(`payment.${column}`), sql.ref(`refund.${column}`)];
  const kind = sql.ref('entry.kind');
  return sql`sum(case ${kind} when 'sale' then ${sale} when 'reversal' then -${sale} when 'cancel' then -${refund} end)`;
}

/** PostgreSQL gives a sum of bigint as text; there is none of no rows. */
const toSums = (row: { [C in TaxColumn]: Won | number | string | null }): TaxSums => ({
  supplyWon: won(Number(row.supply_won ?? 0)),
  vatWon: won(Number(row.vat_won ?? 0)),
  taxFreeWon: won(Number(row.tax_free_won ?? 0)),
});

const negateSums = ({ supplyWon, vatWon, taxFreeWon }: TaxSums): TaxSums => ({
  supplyWon: negateWon(supplyWon),
  vatWon: negateWon(vatWon),
  taxFreeWon: negateWon(taxFreeWon),
});
