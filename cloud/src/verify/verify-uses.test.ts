import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { couponOf, twiceOfferId, writeCoupon } from './testing/coupons.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from './testing/evidence-world.ts';
import { createEvidenceWriter, type Sold } from './testing/evidence-writer.ts';
import { listFindings, runAudit } from './testing/run-audit.ts';

const [shop, otherShop] = shops as [(typeof shops)[number], (typeof shops)[number]];
const idOf = (n: number) => `019ab0c0-0000-7000-8000-${String(n).padStart(12, '0')}`;
const paymentId = (n: number) => idOf(n) as PaymentId;
const atMs = Date.parse('2026-11-23T12:00:00+09:00');
const event = { businessDate: day, atMs } as const;

let world: EvidenceWorld;
beforeEach(async () => {
  world = await createEvidenceWorld();
});
afterEach(() => world.dispose());

/** A use of the offer that is good twice. */
const saleOf = (n: number) => ({
  ...({ paymentId: paymentId(n), tender: n % 2 === 0 ? 'cash' : 'card', merchantId: shop, ...event } as const),
  ...{ listAmountWon: won(10_000), offerId: twiceOfferId },
});
const sell = (n: number, differing: { coupon?: number; merchantId?: typeof shop } = {}) =>
  world.write((targets) => world.writer.sell(targets, { ...saleOf(n), ...differing }));
const cancel = (sold: Sold, n: number, amount: number) =>
  world.write((targets) =>
    world.writer.cancel(targets, sold, { cancelId: idOf(100 + n) as CancelId, amountWon: won(amount), ...event }),
  );
const findings = () => listFindings(world.folder);

it('is as often as the PG signed, of each coupon and each shop by itself', async () => {
  await writeCoupon(world.dbs.operator, couponOf(shop, 1), world.signers.pg);
  for (const n of [1, 2]) await sell(n);
  for (const n of [3, 4]) await sell(n, { coupon: 1 });
  for (const n of [5, 6]) await sell(n, { merchantId: otherShop });
  expect(await findings()).toEqual([]);
});

it('is found where box and companies all signed one more, at the payment that went beyond', async () => {
  for (const n of [1, 2, 3]) await sell(n);
  expect(await findings()).toEqual(['operator used-too-often 3 of 3']);
  const { text } = await runAudit('--data', world.folder);
  expect(text).toContain(`sale of payment ${paymentId(3)} uses its coupon more often than it was sold`);
  expect(text).toContain('쿠폰을 판매된 횟수보다 더 많이 사용하였습니다');
  expect(text).toContain(`2 uses of ${twiceOfferId}`);
  expect(text).toContain(`taken by ${paymentId(1)}, ${paymentId(2)}`);
});

it('goes by the order of booking, not by the numbers of payments', async () => {
  for (const n of [3, 2, 1]) await sell(n);
  expect(await findings()).toEqual(['operator used-too-often 3 of 1']);
});

it('is free again by a reversal and by refunds of the whole, not by those of a part', async () => {
  const [first, second] = [await sell(1), await sell(2)];
  await world.write((targets) => world.writer.reverse(targets, first, event));
  await sell(3);
  const partly = await cancel(second, 2, 4_000);
  await sell(4);
  expect(await findings()).toEqual(['operator used-too-often 6 of 4']);
  await cancel(partly, 3, 6_000);
  await sell(5);
  expect(await findings()).toEqual(['operator used-too-often 6 of 4']);
  await sell(6);
  expect(await findings()).toEqual(['operator used-too-often 6 of 4', 'operator used-too-often 9 of 6']);
});

it('is found where somebody puts a use into the book with the key of the operator alone', async () => {
  for (const n of [1, 2]) await sell(n);
  const elsewhere = await createEvidenceWorld();
  try {
    const { boxOf, contracts, signers } = elsewhere;
    const forger = createEvidenceWriter({
      boxOf,
      contracts,
      signers: { ...signers, operator: world.signers.operator },
    });
    await elsewhere.write(({ pg, card }) =>
      world.write(({ operator }) => forger.sell({ operator, pg, card }, saleOf(3))),
    );
  } finally {
    await elsewhere.dispose();
  }
  expect(await findings()).toEqual([
    'operator request-forged 3 of 3',
    'operator peer-word-forged 3 of 3',
    'operator used-too-often 3 of 3',
  ]);
});
