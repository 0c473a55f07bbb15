import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { forbidChanges } from '../ledger/forbid-changes.ts';
import { addRefundColumns } from '../refund-columns.ts';
import { createCareTables } from './care-tables.ts';
import { createCashReceipts } from './cash-receipt-migration.ts';
import { signDeviceKeys } from './device-key-migration.ts';
import { createFleet } from './fleet-migration.ts';
import { createHandOvers } from './hand-over-migration.ts';
import { createHeldKeys } from './held-keys-migration.ts';
import { createIdentity } from './identity-migration.ts';
import { createReleases } from './release-migration.ts';
import { createRevocations } from './revocation-migration.ts';
import { createSchedules } from './schedule-migration.ts';
import { keepSoldWords } from './sold-coupon-migration.ts';
import { createTaxColumns } from './tax-migration.ts';

/** The operator's own part of its migrations: `{ ...ledgerMigrations, ...operatorMigrations }`. */
export const operatorMigrations: Record<string, Migration> = {
  '0010-operator-coupons': { up: createCoupons },
  '0011-operator-devices': { up: createDevices },
  '0012-operator-payments': { up: createPayments },
  '0013-operator-terms': { up: createTerms },
  '0014-operator-contracts': { up: createContracts },
  '0015-operator-identity': { up: createIdentity },
  '0016-operator-refunds': { up: countRefunds },
  '0021-operator-hand-overs': { up: createHandOvers },
  '0023-operator-care': { up: createCareTables },
  '0017-operator-fleet': { up: createFleet },
  '0018-operator-device-key-records': { up: signDeviceKeys },
  '0019-operator-held-keys': { up: createHeldKeys },
  '0020-operator-releases': { up: createReleases },
  '0022-operator-cash-receipts': { up: createCashReceipts },
  '0024-operator-tax': { up: createTaxColumns },
  '0031-operator-sold-coupons': { up: keepSoldWords },
  '0032-operator-revocations': { up: createRevocations },
  '0033-operator-schedules': { up: createSchedules },
};

const filled = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

async function createCoupons(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_coupons')
    .addColumn('coupon_id', 'text', key)
    .addColumn('registration_id', 'text', filled)
    .addColumn('body_sha256', 'text', filled)
    .addColumn('name', 'text', filled)
    .addColumn('mobile', 'text', filled)
    .addColumn('valid_from_ms', 'bigint', filled)
    .addColumn('valid_until_ms', 'bigint', filled)
    .addColumn('issue_state', 'text', filled)
    .addColumn('auth_number', 'text', (column) => column.unique())
    .addColumn('created_at_ms', 'bigint', filled)
    .addColumn('sealed_at_ms', 'bigint')
    .addColumn('sent_at_ms', 'bigint')
    .addColumn('revoked_at_ms', 'bigint')
    .addCheckConstraint('operator_coupons_state', sql`issue_state in ('stored', 'sealed', 'deleted', 'sent')`)
    .addCheckConstraint('operator_coupons_number', sql`(auth_number is null) = (issue_state = 'stored')`)
    .execute();
  await db.schema
    .createIndex('operator_coupons_unsent')
    .on('operator_coupons')
    .columns(['created_at_ms', 'coupon_id'])
    .where(sql.ref('issue_state'), '<>', 'sent')
    .execute();
  await db.schema
    .createTable('operator_coupon_secrets')
    .addColumn('coupon_id', 'text', key)
    .addColumn('card_box', 'text')
    .addColumn('barcode', 'text')
    .addCheckConstraint('operator_coupon_secrets_one', sql`(card_box is null) <> (barcode is null)`)
    .execute();
  await createEntitlements(db);
}

async function createEntitlements(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_entitlements')
    .addColumn('coupon_id', 'text', (column) => column.notNull().references('operator_coupons.coupon_id'))
    .addColumn('position', 'integer', filled)
    .addColumn('offer_id', 'text', filled)
    .addColumn('merchant_id', 'text', filled)
    .addColumn('title_json', 'text', filled)
    .addColumn('discount_json', 'text', filled)
    .addColumn('uses', 'integer', filled)
    .addColumn('uses_left', 'integer', filled)
    .addColumn('visit_from', 'text', filled)
    .addColumn('visit_to', 'text', filled)
    .addColumn('headcount', 'integer', filled)
    .addPrimaryKeyConstraint('operator_entitlements_key', ['coupon_id', 'offer_id'])
    .addCheckConstraint('operator_entitlements_uses', sql`uses_left >= 0 and uses_left <= uses`)
    .execute();
  await db.schema
    .createTable('operator_deletions')
    .addColumn('coupon_id', 'text', (column) => column.notNull().references('operator_coupons.coupon_id'))
    .addColumn('company', 'text', filled)
    .addColumn('subject', 'text', filled)
    .addColumn('record_jws', 'text', filled)
    .addColumn('at_ms', 'bigint', filled)
    .addPrimaryKeyConstraint('operator_deletions_key', ['coupon_id', 'company', 'subject'])
    .execute();
}

async function createDevices(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_devices')
    .addColumn('device_id', 'text', key)
    .addColumn('merchant_id', 'text', filled)
    .addColumn('enrolled_at_ms', 'bigint', filled)
    .execute();
  await db.schema
    .createIndex('operator_devices_by_merchant')
    .on('operator_devices')
    .columns(['merchant_id', 'device_id'])
    .execute();
  await db.schema
    .createTable('operator_device_keys')
    .addColumn('device_id', 'text', (column) => column.notNull().references('operator_devices.device_id'))
    .addColumn('kid', 'text', filled)
    .addColumn('x', 'text', filled)
    .addColumn('enrolled_at_ms', 'bigint', filled)
    .addColumn('retired_at_ms', 'bigint')
    .addPrimaryKeyConstraint('operator_device_keys_key', ['device_id', 'kid'])
    .execute();
}

async function createPayments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_payments')
    .addColumn('payment_id', 'text', key)
    .addColumn('device_id', 'text', filled)
    .addColumn('merchant_id', 'text', filled)
    .addColumn('state', 'text', filled)
    .addColumn('tender', 'text', filled)
    .addColumn('list_amount_won', 'bigint', filled)
    .addColumn('coupon_id', 'text')
    .addColumn('request_jws', 'text', filled)
    .addColumn('confirm_jws', 'text')
    .addColumn('result_jws', 'text')
    .addColumn('offer_id', 'text')
    .addColumn('offer_title_json', 'text')
    .addColumn('headcount', 'integer')
    .addColumn('visit_date', 'text')
    .addColumn('discount_won', 'bigint')
    .addColumn('charged_won', 'bigint')
    .addColumn('card_fee_won', 'bigint')
    .addColumn('pg_fee_won', 'bigint')
    .addColumn('operator_fee_won', 'bigint')
    .addColumn('merchant_share_won', 'bigint')
    .addColumn('contract_version', 'integer')
    .addColumn('customer_name_masked', 'text')
    .addColumn('business_date', 'text', filled)
    .addColumn('approval_number', 'text')
    .addColumn('approved_at_ms', 'bigint')
    .addColumn('card_last4', 'text')
    .addColumn('decline_code', 'text')
    .addColumn('reversal_cause', 'text')
    .addColumn('reversal_jws', 'text')
    .addColumn('reversal_date', 'text')
    .addColumn('booked', 'integer', filled)
    .addColumn('entitlement_held', 'integer', filled)
    .addColumn('tombstone', 'integer', filled)
    .addColumn('created_at_ms', 'bigint', filled)
    .addColumn('updated_at_ms', 'bigint', filled)
    .addCheckConstraint(
      'operator_payments_state',
      sql`state in ('recheck', 'authorising', 'approved', 'declined', 'reversing', 'reversed', 'cancelling', 'cancelled')`,
    )
    .addCheckConstraint(
      'operator_payments_held',
      sql`(entitlement_held = 1) = (state in ('authorising', 'approved', 'reversing', 'cancelling'))`,
    )
    .addCheckConstraint('operator_payments_terms', sql`entitlement_held = 0 or offer_id is not null`)
    .addCheckConstraint(
      'operator_payments_answered',
      sql`state in ('authorising', 'reversing') or result_jws is not null`,
    )
    .execute();
  await createPaymentIndexes(db);
  await db.schema
    .createTable('operator_cancels')
    .addColumn('cancel_id', 'text', key)
    .addColumn('payment_id', 'text', filled)
    .addColumn('device_id', 'text', filled)
    .addColumn('request_jws', 'text', filled)
    .addColumn('state', 'text', filled)
    .addColumn('result_jws', 'text')
    .addColumn('created_at_ms', 'bigint', filled)
    .addColumn('updated_at_ms', 'bigint', filled)
    .addCheckConstraint('operator_cancels_state', sql`state in ('cancelling', 'cancelled', 'declined')`)
    .addCheckConstraint('operator_cancels_answered', sql`(state = 'cancelling') = (result_jws is null)`)
    .execute();
  await db.schema.createIndex('operator_cancels_by_payment').on('operator_cancels').column('payment_id').execute();
}

async function createPaymentIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('operator_payments_by_date')
    .on('operator_payments')
    .columns(['business_date', 'payment_id'])
    .execute();
  await db.schema
    .createIndex('operator_payments_unresolved')
    .on('operator_payments')
    .column('payment_id')
    .where(sql.ref('state'), 'in', ['authorising', 'reversing', 'cancelling'])
    .execute();
}

async function createTerms(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_terms')
    .addColumn('terms_id', 'text', key)
    .addColumn('merchant_id', 'text', filled)
    .addColumn('terms_json', 'text', filled)
    .addColumn('first_issued_at_ms', 'bigint', filled)
    .execute();
  await db.schema
    .createIndex('operator_entitlements_by_merchant')
    .on('operator_entitlements')
    .columns(['merchant_id', 'visit_to'])
    .execute();
}

async function createContracts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_contracts')
    .addColumn('merchant_id', 'text', filled)
    .addColumn('version', 'integer', filled)
    .addColumn('contract_json', 'text', filled)
    .addColumn('digest', 'text', filled)
    .addColumn('entered_at_ms', 'bigint', filled)
    .addPrimaryKeyConstraint('operator_contracts_key', ['merchant_id', 'version'])
    .execute();
  await forbidChanges(db, 'operator_contracts');
  await db.schema.alterTable('operator_payments').addColumn('contract_digest', 'text').execute();
}

/** Until now a cancel gave the whole payment back, on the payment's own date. */
async function countRefunds(db: Kysely<unknown>): Promise<void> {
  await addRefundColumns(db, 'operator_payments');
  await sql`
    update operator_payments set refunded_won = charged_won, refund_count = 1 where state = 'cancelled'`.execute(db);
  await db.schema
    .alterTable('operator_cancels')
    .addColumn('amount_won', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('operator_cancels').addColumn('business_date', 'text').execute();
  const charge = sql`select charged_won from operator_payments where payment_id = operator_cancels.payment_id`;
  await sql`update operator_cancels set amount_won = coalesce((${charge}), 0)`.execute(db);
  const date = sql`select business_date from operator_payments where payment_id = operator_cancels.payment_id`;
  await sql`update operator_cancels set business_date = (${date}) where state <> 'declined'`.execute(db);
  await db.schema
    .createIndex('operator_cancels_unresolved')
    .on('operator_cancels')
    .column('business_date')
    .where(sql.ref('state'), '=', 'cancelling')
    .execute();
}
