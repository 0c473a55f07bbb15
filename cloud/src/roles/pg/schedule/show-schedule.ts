import type { RegistrationSchedule } from '@scanpay/shared/api/schedule.ts';
import { lastVisitDay } from '../../../core/schedule/check-change.ts';
import { showChange } from '../../../core/schedule/show-change.ts';
import type { PgRegistration } from '../../../ports/pg-store.ts';
import type { PgContext } from '../pg-context.ts';

/** As many as could ever be asked for of ten offers, and no more than the reply may hold of each. */
const maxChangesRead = 2_000;

/** The schedules of a registration as they are now, with every change that was ever asked for. */
export async function showSchedule(
  { store, config }: PgContext,
  { registrationId, couponId, validUntilMs, entitlements }: PgRegistration,
): Promise<RegistrationSchedule> {
  const schedules = new Map((await store.listSchedules(couponId)).map((each) => [each.offerId, each]));
  const changes = await store.listScheduleChanges(couponId, maxChangesRead);
  const items = entitlements.map((registered) => {
    const { offerId, title } = registered;
    const changed = schedules.get(offerId);
    const { visitFrom, visitTo, headcount } = changed ?? registered;
    return {
      offerId,
      title,
      visitFrom,
      visitTo,
      headcount,
      lastDay: lastVisitDay(validUntilMs, { visitTo }),
      changesLeft: Math.max(0, config.scheduleRules.maxChanges - (changed?.applied ?? 0)),
      changes: changes.filter(({ order }) => order.offerId === offerId).map(showChange),
    };
  });
  return { registrationId, couponId, validUntilMs, items };
}
