import type { ScheduleChangeView, ScheduleDecision, ScheduleOrder } from '@scanpay/shared/api/schedule.ts';

/** A change as customer and staff see it; `decision` is null while the operator has not answered. */
export function showChange({
  order,
  decision,
}: {
  order: ScheduleOrder;
  decision: ScheduleDecision | null;
}): ScheduleChangeView {
  const { changeId, before, after, requestedAtMs, staffName, reason } = order;
  const state = decision === null ? 'pending' : decision.outcome;
  const code = decision?.outcome === 'refused' ? decision.code : null;
  return { changeId, before, after, requestedAtMs, staffName, reason, state, code };
}
