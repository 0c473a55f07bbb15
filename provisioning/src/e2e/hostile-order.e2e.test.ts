import { businessDateAt } from '@scanpay/shared/clock.ts';
import { won } from '@scanpay/shared/money.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { encodeEnvelope } from '@scanpay/shared/wire/envelope.ts';
import type { PaymentOutcome } from '@scanpay/shared/wire/messages.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coupon } from '../demo/customers.ts';
import { chargedWon, enrolHostileBox, type HostileBox } from './hostile-box.ts';
import { countCharges, type HostileWorld, readUsesLeft, startHostileWorld, sumBooks } from './hostile-world.ts';

const companies = ['operator', 'pg', 'card'] as const;
const beganAtMs = Date.now();

let world: HostileWorld;
let box: HostileBox;
let rival: HostileBox;
let coupons: Coupon[];
let honest: Coupon;
/** What must be charged by now, once each. */
const charged: Record<string, number> = {};

beforeAll(async () => {
  world = await startHostileWorld('hostile-order');
  const offers = [{ offerId: 'o-roasted-beans', headcount: 2 }];
  const beans = (number: number) =>
    world.travellers.getCoupon({ name: '순서표', mobile: `0105000000${number}`, offers });
  coupons = await Promise.all([1, 2, 3, 4].map(beans));
  const breakfast = [{ offerId: 'o-breakfast', headcount: 2 }];
  honest = await world.travellers.getCoupon({ name: '정직한', mobile: '01050000009', offers: breakfast });
  box = await enrolHostileBox(world, 'box-order');
  rival = await enrolHostileBox(world, 'box-rival');
});
afterAll(async () => {
  await box?.end();
  await rival?.end();
  await world?.end();
});

const couponOf = (index: number): Coupon => {
  const coupon = coupons[index];
  if (coupon === undefined) throw new Error('no such coupon');
  return coupon;
};
const send = (from: HostileBox, { delivered }: { delivered: { payload: Uint8Array } }) =>
  from.publish(delivered.payload);

async function expectCharges(): Promise<void> {
  await until(() => {
    for (const company of companies) expect(countCharges(world.dataDir, company), company).toEqual(charged);
  });
  expect(await sumBooks(world)).toEqual({ operator: 0, pg: 0, card: 0 });
  expect(await world.isUnhurt()).toBe(true);
}

/** One approval, however often it was said. */
function expectApprovedOnce(outcomes: readonly PaymentOutcome[]): void {
  expect(outcomes[0]).toMatchObject({ kind: 'approved', approval: { split: { chargedWon } } });
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
}

describe('messages about payments, repeated, reordered, mixed up and late', () => {
  it('charges the same request once, though it comes twenty times at once', async () => {
    const coupon = couponOf(0);
    const request = await box.buy(coupon);
    await Promise.all(Array.from({ length: 20 }, () => send(box, request)));
    await box.fence();
    expectApprovedOnce(await box.outcomes(request.paymentId));
    await send(box, request);
    expectApprovedOnce(await box.outcomes(request.paymentId, 2));
    charged[request.paymentId] = 1;
    expect(await box.rejectionCodes()).toEqual([]);
    expect(readUsesLeft(world.dataDir, coupon)).toBe(4);
    await expectCharges();
  });

  it('takes one of ten different requests under one payment id', async () => {
    const coupon = couponOf(0);
    const first = await box.buy(coupon);
    const { paymentId } = first;
    const others = await Promise.all(
      Array.from({ length: 9 }, (_, index) => box.buy(coupon, { paymentId, listAmountWon: won(30_000 + index) })),
    );
    box.forget();
    await send(box, first);
    await Promise.all(others.map((other) => send(box, other)));
    expectApprovedOnce(await box.outcomes(paymentId));
    await until(async () => expect(await box.rejectionCodes()).toEqual(others.map(() => 'payment_id_conflict')));
    charged[paymentId] = 1;
    expect(readUsesLeft(world.dataDir, coupon)).toBe(3);
    await expectCharges();
  });

  it('lets nobody else touch a payment', async () => {
    const request = await box.buy(couponOf(0));
    await send(box, request);
    await box.outcomes(request.paymentId);
    charged[request.paymentId] = 1;
    const { paymentId } = request;
    const own = await rival.buy(couponOf(1), { paymentId });
    const attempts = [
      [own, 'payment_id_conflict'],
      [await rival.inquiry(request), 'device_mismatch'],
      [await rival.confirm(request, { headcount: 9 }), 'device_mismatch'],
      [await rival.reversal(own), 'device_mismatch'],
      [await rival.reversal(request), 'signature_invalid'],
    ] as const;
    for (const [attempt, code] of attempts) {
      rival.forget();
      await send(rival, attempt);
      expect(await rival.rejection()).toMatchObject({ code, paymentId });
    }
    const cancel = await rival.cancel({ ...request, chargedWon });
    await send(rival, cancel);
    const { cancelId } = cancel.message as { cancelId: string };
    expect(await rival.cancelOutcome(cancelId)).toEqual({ kind: 'declined', code: 'device_mismatch' });
    await expectCharges();
  });

  it('refuses a confirmation before its request, and takes it after', async () => {
    const coupon = couponOf(1);
    const request = await box.buy(coupon, { headcount: 3 });
    const { paymentId } = request;
    const confirmation = await box.confirm(request, { headcount: 3 });
    box.forget();
    await send(box, confirmation);
    expect(await box.rejection()).toMatchObject({ code: 'payment_unknown', paymentId });
    await send(box, request);
    expect((await box.outcomes(paymentId))[0]).toMatchObject({ kind: 'recheck', fields: [{ name: 'headcount' }] });
    box.forget();
    await send(box, await box.confirm({ ...request, jws: `${request.jws}x` }, { headcount: 3 }));
    expect(await box.rejection()).toMatchObject({ code: 'payment_id_conflict', paymentId });
    box.forget();
    await Promise.all(Array.from({ length: 5 }, () => send(box, confirmation)));
    expectApprovedOnce(await box.outcomes(paymentId));
    await send(box, await box.confirm(request, { headcount: 4 }));
    expect(await box.rejection()).toMatchObject({ code: 'payment_id_conflict', paymentId });
    charged[paymentId] = 1;
    expect(readUsesLeft(world.dataDir, coupon)).toBe(4);
    await expectCharges();
  });

  it('declines a request that comes after its own reversal', async () => {
    const coupon = couponOf(2);
    const request = await box.buy(coupon);
    box.forget();
    await send(box, await box.reversal(request));
    expect(await box.outcomes(request.paymentId)).toEqual([{ kind: 'reversed' }]);
    box.forget();
    await send(box, request);
    expect(await box.outcomes(request.paymentId)).toEqual([{ kind: 'declined', code: 'payment_reversed' }]);
    expect(readUsesLeft(world.dataDir, coupon)).toBe(5);
    await expectCharges();
  });

  it('leaves no charge where request and reversal race, whichever is first', async () => {
    const coupon = couponOf(2);
    const requests = await Promise.all([1, 2, 3, 4].map(() => box.buy(coupon)));
    for (const request of requests) {
      const reversal = await box.reversal(request);
      await Promise.all([send(box, request), send(box, reversal), send(box, reversal), send(box, request)]);
    }
    for (const { paymentId } of requests) {
      await until(async () => expect(await box.outcomes(paymentId)).toContainEqual({ kind: 'reversed' }));
    }
    await until(() => expect(readUsesLeft(world.dataDir, coupon)).toBe(5));
    await expectCharges();
  });

  it('sells no more than a coupon has, however many ask at once', async () => {
    const coupon = couponOf(3);
    const requests = await Promise.all(Array.from({ length: 12 }, () => box.buy(coupon)));
    await Promise.all(requests.map((request) => send(box, request)));
    const outcomes = (await Promise.all(requests.map(({ paymentId }) => box.outcomes(paymentId)))).flat();
    const approved = requests.filter((_, index) => outcomes[index]?.kind === 'approved');
    expect(approved).toHaveLength(5);
    for (const { paymentId } of approved) charged[paymentId] = 1;
    const others = outcomes.filter(({ kind }) => kind !== 'approved');
    for (const outcome of others) expect(outcome).toEqual({ kind: 'declined', code: 'coupon_used' });
    expect(readUsesLeft(world.dataDir, coupon)).toBe(0);
    await expectCharges();
  });

  it('says of an unknown payment that it has not been seen, and does not cancel it', async () => {
    const never = await box.buy(couponOf(2));
    await send(box, await box.inquiry(never));
    expect(await box.outcomes(never.paymentId)).toEqual([{ kind: 'not-seen' }]);
    const cancel = await box.cancel({ ...never, chargedWon });
    await send(box, cancel);
    const { cancelId } = cancel.message as { cancelId: string };
    expect(await box.cancelOutcome(cancelId)).toEqual({ kind: 'declined', code: 'payment_unknown' });
    await expectCharges();
  });

  it('never approves what comes late', async () => {
    const late = await box.buy(couponOf(2), { expiresAtMs: Date.now() - 1 });
    await send(box, late);
    expect(await box.outcomes(late.paymentId)).toEqual([{ kind: 'declined', code: 'message_stale' }]);
    const recheck = await box.buy(couponOf(2), { headcount: 3 });
    await send(box, recheck);
    await box.outcomes(recheck.paymentId);
    box.forget();
    await send(box, await box.confirm(recheck, { headcount: 3 }, -1));
    expect(await box.outcomes(recheck.paymentId)).toEqual([{ kind: 'declined', code: 'message_stale' }]);
    expect(readUsesLeft(world.dataDir, couponOf(2))).toBe(5);
    await expectCharges();
  });

  it('takes a request once that comes on two channels, and in other white space', async () => {
    const request = await box.buy(couponOf(1));
    const envelope = encodeEnvelope(request.jws, request.barcode ?? undefined);
    await Promise.all([box.publish(envelope), box.publish(envelope, 'settlement'), box.publish(` ${envelope}\n`)]);
    expectApprovedOnce(await box.outcomes(request.paymentId));
    charged[request.paymentId] = 1;
    await expectCharges();
  });

  it('sells at the honest box, and lists at the operator what was charged', async () => {
    const counter = await world.sell(honest);
    expect(counter).toMatchObject({ kind: 'approved' });
    charged[counter.paymentId ?? ''] = 1;
    await expectCharges();
    // It may have been midnight in Seoul meanwhile.
    const dates = new Set([beganAtMs, Date.now()].map(businessDateAt));
    const payments: { paymentId: string; state: string }[] = [];
    for (const date of dates) {
      const reply = await fetch(`${world.urls.operator}/v1/payments?businessDate=${date}`);
      payments.push(...((await reply.json()) as { payments: typeof payments }).payments);
    }
    const approved = payments.filter(({ state }) => state === 'approved').map(({ paymentId }) => paymentId);
    expect(approved.sort()).toEqual(Object.keys(charged).sort());
  });
});
