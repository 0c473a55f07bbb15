import type { ScheduleChangeId } from '@scanpay/shared/ids.ts';
import { signChangedStay } from '@scanpay/shared/settlement/changed-stay.ts';
import type { PgContext } from '../pg-context.ts';

/** How many changes one sweep takes up again. */
const sweepLimit = 1_000;

/**
 * Brings a change to the operator, again and again until it is answered: by a silence nobody knows whether it was
 * applied. Resolves with false when stopped before that.
 */
export function deliverChange(ctx: PgContext, changeId: ScheduleChangeId): Promise<boolean> {
  return ctx.scheduleChanges.run(changeId, () => tryDeliver(ctx, changeId));
}

/** Takes up again what a crash or a full queue left behind; what is under way keeps its pauses. */
export async function resumeChanges(ctx: PgContext): Promise<void> {
  if (ctx.scheduleChanges.size() >= sweepLimit) return;
  for (const changeId of await ctx.store.listPendingChanges(sweepLimit)) {
    // A failure ends in the log, and in the next try.
    if (!ctx.scheduleChanges.has(changeId)) void deliverChange(ctx, changeId);
  }
}

async function tryDeliver({ store, operator, keys, log }: PgContext, changeId: ScheduleChangeId): Promise<boolean> {
  const change = await store.findScheduleChange(changeId);
  if (change === undefined || change.decision !== null) return true;
  const { order } = change;
  const answer = await operator.orderSchedule({ order, stayJws: await signChangedStay(order, keys.signer) });
  if (!answer.ok) {
    log.error({ changeId, code: answer.code, detail: answer.detail }, 'the operator does not take a changed schedule');
    return false;
  }
  await store.settleScheduleChange(changeId, answer.value);
  return true;
}
