import { sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEnvelope } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorWorld, entitlement, type OperatorWorld, otherShop, shop } from '../testing/operator-world.ts';
import type { TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const settled = (paymentId: string) => world.until(async () => (await world.outcomes(paymentId)).length > 0);
const ledger = async () => world.store.listPayments('2026-11-23' as never, null, 100);

describe('a payment request', () => {
  it('is approved: entitlement consumed, booked, answered with everything the receipt needs', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(request);
    await settled(request.paymentId);
    expect(await world.outcomes(request.paymentId)).toEqual([
      {
        kind: 'approved',
        approval: {
          approvalNumber: '00000001',
          approvedAtMs: world.nowMs(),
          businessDate: '2026-11-23',
          payoutDate: '2026-11-24',
          tender: 'card',
          offerId: 'o-table',
          offerTitle: entitlement.title,
          headcount: 2,
          visitDate: '2026-11-23',
          listAmountWon: 50_000,
          discountWon: 5_000,
          split: {
            chargedWon: 45_000,
            cardFeeWon: 810,
            pgFeeWon: 315,
            operatorFeeWon: 2_250,
            merchantShareWon: 41_625,
          },
          tax: { taxation: 'taxable', vatType: 'general', supplyWon: 40_910, vatWon: 4_090, taxFreeWon: 0 },
          contractVersion: 3,
          contractDigest: (await world.store.listContracts(shop))[0]?.digest,
          cardLast4: '1111',
          customerNameMasked: '남**수',
        },
      },
    ]);
    expect(world.sent[0]?.channel).toBe('payment');
    expect(await world.usesLeft(coupon.couponId)).toEqual([0]);
    expect(world.pg.calls).toEqual([
      {
        method: 'approve',
        id: request.paymentId,
        body: expect.objectContaining({
          couponId: coupon.couponId,
          registrationId: coupon.body.registrationId,
          merchantId: shop,
          merchantName: '속초 밥상',
          businessDate: '2026-11-23',
          cardBox: coupon.body.cardBox,
        }),
      },
    ]);
    const [payment] = await ledger();
    expect(payment).toMatchObject({ state: 'approved', booked: true, requestJws: request.jws, confirmJws: null });
    expect(payment?.resultJws).toBe((JSON.parse(world.sent[0]!.payload) as { jws: string }).jws);
  });

  it('by auth number is cash, and carries no card box to the PG', async () => {
    const { authNumber } = await world.coupon();
    const card = await box.request({ authNumber });
    const cash = await box.request({ authNumber }, { tender: 'cash' });
    await world.deliver(card, cash);
    await settled(cash.paymentId);
    expect(await world.outcomes(card.paymentId)).toEqual([{ kind: 'declined', code: 'card_needs_barcode' }]);
    expect(await world.outcomes(cash.paymentId)).toMatchObject([
      { kind: 'approved', approval: { tender: 'cash', cardLast4: null, split: { cardFeeWon: 0 } } },
    ]);
    expect(world.pg.calls).toMatchObject([{ body: { tender: 'cash', cardBox: null } }]);
  });

  it('repeated gets the stored answer again, and asks the PG once', async () => {
    const request = await box.request(await world.coupon());
    world.pg.fates.approve.push('held');
    await world.deliver(request, request, request);
    world.pg.release();
    await settled(request.paymentId);
    await world.deliver(request);
    expect(world.pg.countCalls('approve')).toBe(1);
    expect(world.sent).toHaveLength(2);
    expect(world.sent[0]).toEqual(world.sent[1]);
  });

  it('with the id of another one is a conflict, and changes nothing', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    await world.deliver(request);
    await settled(request.paymentId);
    const other = await box.request(coupon, { paymentId: request.paymentId, listAmountWon: 1 as never });
    await world.deliver(other);
    const [, answer] = await world.outcomes(request.paymentId);
    expect(answer).toMatchObject({ type: 'message.rejected', code: 'payment_id_conflict' });
    const foreign = await world.enrol('box-2');
    await world.deliver(await foreign.request(coupon, { paymentId: request.paymentId }));
    expect((await world.outcomes(request.paymentId)).at(-1)).toMatchObject({ code: 'payment_id_conflict' });
    expect(await world.state(request.paymentId)).toBe('approved');
  });

  it('signed anew with the same content is the same request', async () => {
    const request = await box.request(await world.coupon());
    await world.deliver(request);
    await settled(request.paymentId);
    const header = { typ: 'scanpay+json', kid: box.signer.kid, alg: 'EdDSA' };
    const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${request.jws.split('.')[1]}`;
    const jws = `${signed}.${sign(null, Buffer.from(signed), box.signer.privateKey).toString('base64url')}`;
    expect(jws).not.toBe(request.jws);
    await world.deliver({ ...request, delivered: box.deliver(encodeEnvelope(jws, request.barcode!)) });
    expect(world.sent).toHaveLength(2);
    expect(world.sent[0]).toEqual(world.sent[1]);
  });

  it('declined by the PG gives the use back', async () => {
    const coupon = await world.coupon();
    const request = await box.request(coupon);
    world.pg.declines.set(request.paymentId, 'card_limit_exceeded');
    await world.deliver(request);
    await settled(request.paymentId);
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'declined', code: 'card_limit_exceeded' }]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
    expect((await ledger())[0]).toMatchObject({ state: 'declined', booked: false, declineCode: 'card_limit_exceeded' });
  });

  it('refused by the PG is declined with its code', async () => {
    world.pg.fates.approve.push({ refuse: 'fee_mismatch' });
    const request = await box.request(await world.coupon());
    await world.deliver(request);
    await settled(request.paymentId);
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'declined', code: 'fee_mismatch' }]);
  });

  it('at its expiry is declined as stale and never reaches the PG', async () => {
    const request = await box.request(await world.coupon(), { expiresAtMs: world.nowMs() });
    await world.deliver(request);
    expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'declined', code: 'message_stale' }]);
    expect(world.pg.calls).toEqual([]);
  });

  it('that waited past its expiry for a free line to the PG is declined as stale', async () => {
    await world.dispose();
    world = await createOperatorWorld({ limits: { maxConcurrentPgCalls: 1 } });
    box = await world.enrol('box-1');
    world.pg.fates.approve.push('held');
    const first = await box.request(await world.coupon());
    const coupon = await world.coupon();
    const second = await box.request(coupon, { expiresAtMs: world.nowMs() + 2_000 });
    await world.deliver(first);
    await world.deliver(second);
    world.scheduler.advance(2_000);
    world.pg.release();
    await settled(second.paymentId);
    expect(await world.outcomes(second.paymentId)).toEqual([{ kind: 'declined', code: 'message_stale' }]);
    expect(await world.outcomes(first.paymentId)).toMatchObject([{ kind: 'approved' }]);
    expect(await world.usesLeft(coupon.couponId)).toEqual([1]);
  });

  it('for a coupon used, revoked, unknown or of another shop is declined with its own code', async () => {
    const used = await world.coupon();
    const first = await box.request(used);
    await world.deliver(first);
    await settled(first.paymentId);
    const revoked = await world.coupon();
    await world.store.revokeCoupon(revoked.couponId, world.nowMs());
    const foreign = await world.coupon({ entitlements: [{ ...entitlement, merchantId: otherShop }] });
    const codes = new Map([
      [used, 'coupon_used'],
      [revoked, 'coupon_revoked'],
      [foreign, 'wrong_merchant'],
    ]);
    for (const [coupon, code] of codes) {
      const request = await box.request(coupon);
      await world.deliver(request);
      expect(await world.outcomes(request.paymentId)).toEqual([{ kind: 'declined', code }]);
    }
    const unknown = await box.request({ authNumber: '000000000000' }, { tender: 'cash' });
    await world.deliver(unknown);
    expect(await world.outcomes(unknown.paymentId)).toEqual([{ kind: 'declined', code: 'coupon_unknown' }]);
  });

  it('of two for the last use one is approved, the other finds it used', async () => {
    const coupon = await world.coupon();
    const requests = await Promise.all([box.request(coupon), box.request(coupon), box.request(coupon)]);
    await world.deliver(...requests);
    await world.until(async () => (await world.messages()).length === 3);
    const outcomes = (await Promise.all(requests.map((each) => world.outcomes(each.paymentId)))).flat();
    expect(outcomes.filter((each) => 'kind' in each && each.kind === 'approved')).toHaveLength(1);
    expect(outcomes.filter((each) => 'code' in each && each.code === 'coupon_used')).toHaveLength(2);
    expect(world.pg.charges()).toHaveLength(1);
  });

  it('leaves no byte of card box or barcode in any file', async () => {
    const coupon = await world.coupon();
    world.pg.fates.approve.push('held');
    const request = await box.request(coupon);
    await world.deliver(request);
    await world.store.eraseTraces();
    const inFlight = readdirSync(world.folder).map((name) => readFileSync(join(world.folder, name)));
    world.pg.release();
    await settled(request.paymentId);
    const after = readdirSync(world.folder).map((name) => readFileSync(join(world.folder, name)));
    for (const bytes of [...inFlight, ...after]) {
      expect(bytes.includes(coupon.barcode)).toBe(false);
      expect(bytes.includes(coupon.body.cardBox)).toBe(false);
      expect(bytes.includes(Buffer.from(coupon.body.cardBox, 'base64url'))).toBe(false);
    }
    expect(after.some((bytes) => bytes.includes(request.paymentId))).toBe(true);
  });
});
