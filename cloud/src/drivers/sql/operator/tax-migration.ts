import { type Kysely, sql } from 'kysely';

/**
 * How payments and refunds are taxed. Until now every slip but those of a shop without VAT said an eleventh of the charge,
 * rounded down, and a refund's the difference that it made.
 */
export async function createTaxColumns(db: Kysely<unknown>): Promise<void> {
  for (const column of ['taxation', 'vat_type']) {
    await db.schema.alterTable('operator_payments').addColumn(column, 'text').execute();
  }
  for (const table of ['operator_payments', 'operator_cancels']) {
    for (const column of ['supply_won', 'vat_won', 'tax_free_won']) {
      await db.schema.alterTable(table).addColumn(column, 'bigint').execute();
    }
  }
  await sql`
    update operator_payments
    set taxation = 'taxable', vat_type = 'general', tax_free_won = 0,
      vat_won = charged_won / 11, supply_won = charged_won - charged_won / 11
    where charged_won is not null`.execute(db);
  await sql`
    update operator_cancels
    set tax_free_won = 0, vat_won = counted.vat_won, supply_won = amount_won - counted.vat_won
    from (
      select cancel_id as counted_id, after_won / 11 - (after_won - amount_won) / 11 as vat_won
      from (
        select cancel_id, amount_won,
          cast(sum(amount_won) over (partition by payment_id order by cancel_id) as bigint) as after_won
        from operator_cancels where state = 'cancelled'
      ) as ordered
    ) as counted
    where cancel_id = counted.counted_id`.execute(db);
}
