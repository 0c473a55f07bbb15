import type { CouponSchedule, NoShow } from '@scanpay/shared/api/schedule.ts';
import { judgeNoShowState } from '../../../core/schedule/judge-no-show.ts';
import { showChange } from '../../../core/schedule/show-change.ts';
import { maskName } from '../../../core/verify/mask-name.ts';
import type { CouponSnapshot, OperatorStore } from '../../../ports/operator-store.ts';
import type { NoShowRecord } from '../../../ports/schedule-store.ts';

/** More than the PG lets anybody ask for. */
const maxChangesRead = 2_000;
const maxNoShowsRead = 1_000;

/** A coupon's schedules as the operator has them, with what was ever changed and missed. */
export async function showCoupon(store: OperatorStore, coupon: CouponSnapshot): Promise<CouponSchedule> {
  const { couponId, name, validUntilMs, revokedAtMs, entitlements } = coupon;
  const changes = await store.listScheduleChanges(couponId, maxChangesRead);
  const noShows = await store.listNoShows({ couponId }, maxNoShowsRead);
  const items = entitlements.map((each) => {
    const { offerId, title, merchantId, visitFrom, visitTo, headcount, uses, usesLeft } = each;
    return {
      ...{ offerId, title, merchantId, visitFrom, visitTo, headcount, uses, usesLeft },
      changes: changes.filter(({ order }) => order.offerId === offerId).map(showChange),
      noShows: noShows
        .filter((missed) => missed.offerId === offerId)
        .map((missed) => ({ visitTo: missed.visitTo, state: judgeNoShowState(missed) })),
    };
  });
  return { couponId, customerNameMasked: maskName(name), validUntilMs, revokedAtMs, items };
}

export function showNoShow({ customerName, visitDate, reopenedAtMs, ...rest }: NoShowRecord): NoShow {
  const state = judgeNoShowState({ visitTo: rest.visitTo, visitDate, reopenedAtMs });
  return { ...rest, customerNameMasked: maskName(customerName), state };
}
