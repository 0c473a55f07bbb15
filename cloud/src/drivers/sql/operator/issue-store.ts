import type { EntitlementBody, PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import type { Discount } from '@scanpay/shared/api/pg.ts';
import type { AuthNumber, CouponId } from '@scanpay/shared/ids.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { Selectable } from 'kysely';
import type { CouponSnapshot, DeletionRecord, Entitlement, IssueStore } from '../../../ports/operator-store.ts';
import { eraseDeleted } from '../erasure.ts';
import { isUniqueViolation } from '../postgres-errors.ts';
import { prepareQuery } from '../prepare-query.ts';
import type { CouponTable, DeletionTable, EntitlementTable, OperatorTables } from './tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

export function createIssueStore(db: OperatorDb): IssueStore {
  return {
    putPreRegistration: (body, bodySha256, nowMs) => putPreRegistration(db, body, bodySha256, nowMs),
    async findIssue(couponId) {
      const coupon = await readCoupon(db, couponId);
      if (coupon === undefined) return undefined;
      const secrets = await db
        .selectFrom('operator_coupon_secrets')
        .selectAll()
        .where('coupon_id', '=', couponId)
        .executeTakeFirst();
      return {
        ...(await toSnapshot(db, coupon)),
        state: coupon.issue_state,
        authNumber: coupon.auth_number,
        cardBox: secrets?.card_box ?? null,
        barcode: secrets?.barcode ?? null,
      };
    },
    async listUnsent(limit) {
      const rows = await db
        .selectFrom('operator_coupons')
        .select('coupon_id')
        .where('issue_state', '<>', 'sent')
        .orderBy('created_at_ms')
        .orderBy('coupon_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.coupon_id);
    },
    sealCoupon: (couponId, barcode, authNumber, nowMs) => sealCoupon(db, { couponId, barcode, authNumber, nowMs }),
    recordDeletions: (couponId, records) =>
      transact<boolean>(db, async (trx, undo) => {
        const { numUpdatedRows } = await trx
          .updateTable('operator_coupons')
          .set({ issue_state: 'deleted' })
          .where('coupon_id', '=', couponId)
          .where('issue_state', '=', 'sealed')
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return undo(false);
        await insertDeletions(trx, couponId, records);
        return true;
      }),
    markSent: (couponId, record, nowMs) =>
      transact<boolean>(db, async (trx, undo) => {
        const { numUpdatedRows } = await trx
          .updateTable('operator_coupons')
          .set({ issue_state: 'sent', sent_at_ms: nowMs })
          .where('coupon_id', '=', couponId)
          .where('issue_state', '=', 'deleted')
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return undo(false);
        await trx.deleteFrom('operator_coupon_secrets').where('coupon_id', '=', couponId).execute();
        await insertDeletions(trx, couponId, [record]);
        return true;
      }),
    async listDeletions(couponId) {
      const rows = await db
        .selectFrom('operator_deletions')
        .selectAll()
        .where('coupon_id', '=', couponId)
        .orderBy('at_ms')
        .execute();
      return rows.map(toDeletion);
    },
    eraseTraces: () => eraseDeleted(db, 'operator_coupon_secrets'),
    revokeCoupon: (couponId, nowMs) => revokeCoupon(db, couponId, nowMs),
    async findCoupon(reference) {
      const coupon = await readCoupon(db, reference);
      return coupon && toSnapshot(db, coupon);
    },
  };
}

const findCouponById = prepareQuery<OperatorTables, { couponId: CouponId }, Selectable<CouponTable>>(
  (db, { couponId }) => db.selectFrom('operator_coupons').selectAll().where('coupon_id', '=', couponId),
);
const findCouponByNumber = prepareQuery<OperatorTables, { authNumber: AuthNumber }, Selectable<CouponTable>>(
  (db, { authNumber }) => db.selectFrom('operator_coupons').selectAll().where('auth_number', '=', authNumber),
);
const listEntitlements = prepareQuery<OperatorTables, { couponId: CouponId }, Selectable<EntitlementTable>>(
  (db, { couponId }) =>
    db.selectFrom('operator_entitlements').selectAll().where('coupon_id', '=', couponId).orderBy('position'),
);

function readCoupon(
  db: OperatorDb,
  reference: CouponId | { couponId: CouponId } | { authNumber: AuthNumber },
): Promise<Selectable<CouponTable> | undefined> {
  if (typeof reference === 'string') return findCouponById.first(db, { couponId: reference });
  return 'couponId' in reference ? findCouponById.first(db, reference) : findCouponByNumber.first(db, reference);
}

async function toSnapshot(db: OperatorDb, row: Selectable<CouponTable>): Promise<CouponSnapshot> {
  const entitlements = await listEntitlements.all(db, { couponId: row.coupon_id });
  return {
    couponId: row.coupon_id,
    registrationId: row.registration_id,
    name: row.name,
    mobile: row.mobile,
    validFromMs: row.valid_from_ms,
    validUntilMs: row.valid_until_ms,
    revokedAtMs: row.revoked_at_ms,
    entitlements: entitlements.map(toEntitlement),
  };
}

function toEntitlement(row: Selectable<EntitlementTable>): Entitlement {
  return {
    offerId: row.offer_id,
    title: JSON.parse(row.title_json) as Bilingual,
    merchantId: row.merchant_id,
    discount: JSON.parse(row.discount_json) as Discount,
    uses: row.uses,
    usesLeft: row.uses_left,
    scheduleVersion: row.schedule_version,
    visitFrom: row.visit_from,
    visitTo: row.visit_to,
    headcount: row.headcount,
  };
}

function toEntitlementRow(couponId: CouponId, body: EntitlementBody, position: number): EntitlementTable {
  return {
    coupon_id: couponId,
    position,
    offer_id: body.offerId,
    merchant_id: body.merchantId,
    title_json: JSON.stringify(body.title),
    discount_json: JSON.stringify(body.discount),
    uses: body.uses,
    uses_left: body.uses,
    schedule_version: 0,
    show_open: 1,
    visit_from: body.visitFrom,
    visit_to: body.visitTo,
    headcount: body.headcount,
  };
}

function putPreRegistration(
  db: OperatorDb,
  body: PreRegistrationBody,
  bodySha256: string,
  nowMs: number,
): Promise<'stored' | 'same' | 'conflict'> {
  const { couponId } = body;
  return transact<'stored' | 'same' | 'conflict'>(db, async (trx) => {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('operator_coupons')
      .values({
        coupon_id: couponId,
        registration_id: body.registrationId,
        body_sha256: bodySha256,
        name: body.name,
        mobile: body.mobile,
        valid_from_ms: body.validFromMs,
        valid_until_ms: body.validUntilMs,
        issue_state: 'stored',
        auth_number: null,
        created_at_ms: nowMs,
        sealed_at_ms: null,
        sent_at_ms: null,
        revoked_at_ms: null,
        sold_jws: body.soldJws,
      })
      .onConflict((conflict) => conflict.column('coupon_id').doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows !== 1n) {
      const known = await readCoupon(trx, couponId);
      return known?.body_sha256 === bodySha256 ? 'same' : 'conflict';
    }
    const rows = body.entitlements.map((each, position) => toEntitlementRow(couponId, each, position));
    await trx.insertInto('operator_entitlements').values(rows).execute();
    const secret = { coupon_id: couponId, card_box: body.cardBox, barcode: null };
    await trx.insertInto('operator_coupon_secrets').values(secret).execute();
    return 'stored';
  });
}

function sealCoupon(
  db: OperatorDb,
  {
    couponId,
    barcode,
    authNumber,
    nowMs,
  }: { couponId: CouponId; barcode: string; authNumber: AuthNumber; nowMs: number },
): Promise<'sealed' | 'auth-number-taken' | 'moved'> {
  return transact<'sealed' | 'auth-number-taken' | 'moved'>(db, async (trx, undo) => {
    const taken = await readCoupon(trx, { authNumber });
    if (taken !== undefined) return undo('auth-number-taken');
    const { numUpdatedRows } = await trx
      .updateTable('operator_coupons')
      .set({ issue_state: 'sealed', auth_number: authNumber, sealed_at_ms: nowMs })
      .where('coupon_id', '=', couponId)
      .where('issue_state', '=', 'stored')
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) return undo('moved');
    await trx
      .updateTable('operator_coupon_secrets')
      .set({ card_box: null, barcode })
      .where('coupon_id', '=', couponId)
      .execute();
    return 'sealed';
  }).catch((error: unknown) => {
    // Another coupon got the number after this one had looked.
    if (isUniqueViolation(error)) return 'auth-number-taken';
    throw error;
  });
}

async function insertDeletions(
  trx: OperatorTrx,
  couponId: CouponId,
  records: readonly DeletionRecord[],
): Promise<void> {
  const rows = records.map((record) => ({
    coupon_id: couponId,
    company: record.company,
    subject: record.subject,
    record_jws: record.recordJws,
    at_ms: record.atMs,
  }));
  await trx.insertInto('operator_deletions').values(rows).execute();
}

function toDeletion(row: Selectable<DeletionTable>): DeletionRecord {
  return { company: row.company, subject: row.subject, recordJws: row.record_jws, atMs: row.at_ms };
}

function revokeCoupon(db: OperatorDb, couponId: CouponId, nowMs: number): Promise<number | undefined> {
  return transact<number | undefined>(db, async (trx) => {
    await trx
      .updateTable('operator_coupons')
      .set({ revoked_at_ms: nowMs })
      .where('coupon_id', '=', couponId)
      .where('revoked_at_ms', 'is', null)
      .execute();
    const row = await readCoupon(trx, couponId);
    return row?.revoked_at_ms ?? undefined;
  });
}
