import { resumeIssues } from './issue/issue-coupon.ts';
import type { OperatorContext } from './operator-context.ts';
import { resumePayments } from './payments/resume.ts';
import { resumeNotices } from './schedule/tell-customer.ts';

/** Looks, now and then, for what waits on disk and is not under way. */
export interface Sweeper {
  /** Takes up everything a crash left behind, and plans the next look. Resolves when all of it is under way. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createSweeper(ctx: OperatorContext): Sweeper {
  const { scheduler, limits, log } = ctx;
  let cancelTimer: (() => void) | undefined;
  let turn: Promise<void> = Promise.resolve();
  let isStopped = false;

  const plan = (): void => {
    if (isStopped) return;
    cancelTimer = scheduler.after(limits.sweepMs, () => {
      turn = sweep(ctx, scheduler.nowMs() - limits.sweepMs)
        .catch((err: unknown) => log.error({ err }, 'sweep failed'))
        .then(plan);
    });
  };
  return {
    async start() {
      await sweep(ctx, Number.MAX_SAFE_INTEGER);
      plan();
    },
    async stop() {
      isStopped = true;
      cancelTimer?.();
      await turn;
    },
  };
}

/** What has just been touched is under way, or will be in a moment. */
async function sweep(ctx: OperatorContext, untouchedSinceMs: number): Promise<void> {
  await resumeIssues(ctx);
  await resumePayments(ctx, untouchedSinceMs);
  await ctx.commands.sweep();
  await ctx.alarms.sweep();
  await resumeNotices(ctx);
  // A great day may take a while; nobody waits for it.
  void ctx.noShows.record();
}
