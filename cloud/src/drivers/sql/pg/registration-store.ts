import type { EntitlementBody } from '@scanpay/shared/api/operator.ts';
import type { Kysely, Selectable } from 'kysely';
import type { HeldCardBox, PgRegistration, PgRegistrationStore } from '../../../ports/pg-store.ts';
import { eraseDeleted, erasurePadding } from '../erasure.ts';
import { prepareQuery } from '../prepare-query.ts';
import type { PgCardBoxTable, PgRegistrationTable, PgTables } from './tables.ts';

function toRow(registration: PgRegistration): PgRegistrationTable {
  return {
    registration_id: registration.registrationId,
    coupon_id: registration.couponId,
    body_sha256: registration.bodySha256,
    name: registration.name,
    address: registration.address,
    mobile: registration.mobile,
    entitlements_json: JSON.stringify(registration.entitlements),
    valid_from_ms: registration.validFromMs,
    valid_until_ms: registration.validUntilMs,
    state: registration.state,
    created_at_ms: registration.createdAtMs,
  };
}

function fromRow(row: Selectable<PgRegistrationTable>): PgRegistration {
  return {
    registrationId: row.registration_id,
    couponId: row.coupon_id,
    bodySha256: row.body_sha256,
    name: row.name,
    address: row.address,
    mobile: row.mobile,
    entitlements: JSON.parse(row.entitlements_json) as EntitlementBody[],
    validFromMs: row.valid_from_ms,
    validUntilMs: row.valid_until_ms,
    state: row.state,
    createdAtMs: row.created_at_ms,
  };
}

function toCardBoxRow(registration: PgRegistration, held: HeldCardBox, padding: string): PgCardBoxTable {
  return {
    coupon_id: held.couponId,
    created_at_ms: registration.createdAtMs,
    delete_at_ms: held.deleteAtMs,
    padding,
    card_box: Buffer.from(held.cardBox).toString('base64url'),
    card_fingerprint: held.cardFingerprint,
  };
}

type FindMethods = 'findRegistration' | 'findRegistrationByCoupon' | 'findHeldCardBox' | 'findCardDeletion';
type ListMethods = 'listUnsentRegistrations' | 'listOverdueCardBoxes';

export function createPgRegistrationStore(db: Kysely<PgTables>): PgRegistrationStore {
  const padding = erasurePadding(db);
  return {
    ...createFindMethods(db),
    ...createListMethods(db),
    addRegistration(registration, held) {
      return db.transaction().execute(async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('pg_registrations')
          .values(toRow(registration))
          .onConflict((conflict) => conflict.column('registration_id').doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 1n) return false;
        await trx
          .insertInto('pg_card_boxes')
          .values(toCardBoxRow(registration, held, padding))
          .execute();
        return true;
      });
    },
    async setRegistrationState(registrationId, state) {
      await db
        .updateTable('pg_registrations')
        .set({ state })
        .where('registration_id', '=', registrationId)
        .where('state', '<>', 'sent')
        .execute();
    },
    deleteCardBox(deletion, state) {
      const { couponId, recordJws, deletedAtMs } = deletion;
      return db.transaction().execute(async (trx) => {
        await trx.deleteFrom('pg_card_boxes').where('coupon_id', '=', couponId).execute();
        if (state !== null) {
          await trx
            .updateTable('pg_registrations')
            .set({ state })
            .where('coupon_id', '=', couponId)
            .where('state', '=', 'stored')
            .execute();
        }
        const row = await trx
          .insertInto('pg_card_deletions')
          .values({ coupon_id: couponId, record_jws: recordJws, deleted_at_ms: deletedAtMs })
          .onConflict((conflict) => conflict.column('coupon_id').doNothing())
          .returningAll()
          .executeTakeFirst();
        return row === undefined ? await selectDeletion(trx, couponId).executeTakeFirstOrThrow() : deletion;
      });
    },
    eraseDeletedCardBoxes: () => eraseDeleted(db, 'pg_card_boxes'),
  };
}

const selectDeletion = (db: Kysely<PgTables>, couponId: HeldCardBox['couponId']) =>
  db
    .selectFrom('pg_card_deletions')
    .select(['coupon_id as couponId', 'record_jws as recordJws', 'deleted_at_ms as deletedAtMs'])
    .where('coupon_id', '=', couponId);

type ByCoupon = Pick<PgRegistration, 'couponId'>;
const findByCoupon = prepareQuery<PgTables, ByCoupon, Selectable<PgRegistrationTable>>((db, { couponId }) =>
  db.selectFrom('pg_registrations').selectAll().where('coupon_id', '=', couponId),
);

function createFindMethods(db: Kysely<PgTables>): Pick<PgRegistrationStore, FindMethods> {
  return {
    async findRegistration(registrationId) {
      const row = await db
        .selectFrom('pg_registrations')
        .selectAll()
        .where('registration_id', '=', registrationId)
        .executeTakeFirst();
      return row && fromRow(row);
    },
    async findRegistrationByCoupon(couponId) {
      const row = await findByCoupon.first(db, { couponId });
      return row && fromRow(row);
    },
    async findHeldCardBox(couponId) {
      const row = await db
        .selectFrom('pg_card_boxes')
        .select(['card_box', 'card_fingerprint', 'delete_at_ms'])
        .where('coupon_id', '=', couponId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const cardBox = Buffer.from(row.card_box, 'base64url');
      return { couponId, cardBox, cardFingerprint: row.card_fingerprint, deleteAtMs: row.delete_at_ms };
    },
    findCardDeletion: (couponId) => selectDeletion(db, couponId).executeTakeFirst(),
  };
}

function createListMethods(db: Kysely<PgTables>): Pick<PgRegistrationStore, ListMethods> {
  return {
    async listUnsentRegistrations(limit) {
      const rows = await db
        .selectFrom('pg_card_boxes as box')
        .innerJoin('pg_registrations as registration', 'registration.coupon_id', 'box.coupon_id')
        .select('registration.registration_id as registrationId')
        .where('registration.state', '<>', 'sent')
        .orderBy('box.created_at_ms')
        .limit(limit)
        .execute();
      return rows.map((row) => row.registrationId);
    },
    async listOverdueCardBoxes(nowMs, limit) {
      const rows = await db
        .selectFrom('pg_card_boxes')
        .select('coupon_id')
        .where('delete_at_ms', '<=', nowMs)
        .orderBy('delete_at_ms')
        .limit(limit)
        .execute();
      return rows.map((row) => row.coupon_id);
    },
  };
}
