import { couponOf, offerId, tourOfferId, writeCoupon } from '@scanpay/cloud/verify/testing/coupons.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from '@scanpay/cloud/verify/testing/evidence-world.ts';
import type { EvidenceTargets } from '@scanpay/cloud/verify/testing/evidence-writer.ts';
import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';

const perCommit = 2_000;
/** A traveller pays so often by one coupon. */
const perCoupon = 4;
const startMs = Date.parse(`${day}T00:00:00+09:00`);
const dayMs = 86_400_000;

/** The first coupon of each shop is there from the start. */
const isNewCoupon = (number: number): boolean =>
  number >= perCoupon * shops.length && number % (perCoupon * shops.length) < shops.length;

/** UUIDv7 of a moment of the day, apart from each other by their number. */
function makeId(atMs: number, number: number): string {
  const time = Math.floor(atMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/**
 * Books of all three companies with that many payments, each with all that is signed of it; one in ten is paid in cash, one
 * in fifty is given back.
 */
export async function writeBooks(folder: string, payments: number): Promise<void> {
  const world = await createEvidenceWorld(folder);
  for (let from = 0; from < payments; from += perCommit) {
    await world.write(async (targets) => {
      const end = Math.min(from + perCommit, payments);
      for (let number = from; number < end; number += 1) await writePayment(world, targets, number, payments);
    });
  }
  await world.close();
}

async function writePayment(
  world: EvidenceWorld,
  targets: EvidenceTargets,
  number: number,
  payments: number,
): Promise<void> {
  const atMs = Math.floor(startMs + (number / payments) * dayMs);
  const merchantId = shops[number % shops.length];
  if (merchantId === undefined) throw new RangeError('no shop');
  const coupon = Math.floor(number / (perCoupon * shops.length));
  if (isNewCoupon(number)) await writeCoupon(targets.operator, couponOf(merchantId, coupon), world.signers.pg);
  const sold = await world.writer.sell(targets, {
    ...{ paymentId: makeId(atMs, number) as PaymentId, merchantId, businessDate: day, atMs },
    ...{ tender: number % 10 === 9 ? 'cash' : 'card', listAmountWon: won(1_000 + ((number * 7_919) % 90_000)) },
    ...{ coupon, offerId: number % 4 < 2 ? offerId : tourOfferId },
  });
  if (number % 50 !== 49) return;
  const cancelId = makeId(atMs, payments + number) as CancelId;
  await world.writer.cancel(targets, sold, { cancelId, amountWon: sold.split.chargedWon, businessDate: day, atMs });
}
