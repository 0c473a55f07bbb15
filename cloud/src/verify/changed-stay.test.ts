import type { ScheduleOrder } from '@scanpay/shared/api/schedule.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId, ScheduleChangeId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { signChangedStay } from '@scanpay/shared/settlement/changed-stay.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createScheduleStore } from '../drivers/sql/operator/schedule-store.ts';
import { tamperWith } from '../drivers/sql/testing/tamper-book.ts';
import { couponIdOf, stayOfferId, tourOfferId } from './testing/coupons.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from './testing/evidence-world.ts';
import { listFindings } from './testing/run-audit.ts';

const [shop] = shops as [(typeof shops)[number]];
const atMs = Date.parse('2026-11-23T12:00:00+09:00');
const on = (date: string) => date as BusinessDate;

let world: EvidenceWorld;
beforeEach(async () => {
  world = await createEvidenceWorld();
  await world.write((targets) =>
    world.writer.sell(targets, {
      ...{ paymentId: '019ab0c0-0000-7000-8000-000000000001' as PaymentId, tender: 'card', merchantId: shop },
      // Two nights at a hundred won.
      ...{ businessDate: day, atMs, listAmountWon: won(10_000), offerId: stayOfferId, discountWon: won(200) },
    }),
  );
});
afterEach(() => world.dispose());

const order = {
  ...{ changeId: '019ab0c0-0000-7000-8000-000000000101' as ScheduleChangeId, couponId: couponIdOf(shop) },
  ...{ offerId: stayOfferId, number: 1, requestedAtMs: atMs - 60_000, staffName: null, reason: '' },
  before: { visitFrom: on('2026-11-20'), visitTo: on('2026-12-20'), headcount: 2 },
  after: { visitFrom: on('2026-11-23'), visitTo: on('2026-11-25'), headcount: 2 },
} satisfies ScheduleOrder;
const findings = () => listFindings(world.folder);

/** The payment goes by a change that is on record, with this word on it. */
async function goByChange(signed: ScheduleOrder, signer: JwsSigner): Promise<void> {
  const db = world.dbs.operator;
  const { couponId, offerId, before } = order;
  const entitlement = {
    coupon_id: couponId,
    offer_id: offerId,
    merchant_id: shop,
    title_json: '{}',
    uses: 1,
    position: 0,
  };
  const stay = { visit_from: before.visitFrom, visit_to: before.visitTo, headcount: before.headcount };
  const discount = { discount_json: '{}', uses_left: 1, schedule_version: 0 };
  await db
    .insertInto('operator_entitlements')
    .values({ ...entitlement, ...stay, ...discount } as never)
    .execute();
  const stayJws = await signChangedStay(signed, signer);
  const decision = { outcome: 'applied', atMs } as const;
  expect(await createScheduleStore(db).addScheduleChange({ order, orderSha256: 'h', stayJws, decision })).toBe(true);
  await tamperWith(db, 'update operator_payments set schedule_version = 1');
}

it('is discounted by the nights that the PG signed with the change', async () => {
  await goByChange(order, world.signers.pg);
  expect(await findings()).toEqual([]);
});

it('is discounted by the nights that were sold where no change is on record', async () => {
  expect(await findings()).toEqual(['operator discount-not-agreed 1 of 1']);
});

it('is not believed where the operator signed the change itself', async () => {
  await goByChange(order, world.signers.operator);
  expect(await findings()).toEqual(['operator coupon-forged 1 of 1']);
});

it('is not believed by the word on a change of something else', async () => {
  await goByChange({ ...order, offerId: tourOfferId }, world.signers.pg);
  expect(await findings()).toEqual(['operator coupon-forged 1 of 1']);
});
