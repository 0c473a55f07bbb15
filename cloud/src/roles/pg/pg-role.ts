import rateLimit from '@fastify/rate-limit';
import { withinDeadline } from '../common/deadline.ts';
import { createRoleApp, type RoleApp } from '../common/role-app.ts';
import { resolveCancel } from './cancel.ts';
import { deleteOverdueCards } from './card-deletion.ts';
import { resumeHandOvers } from './hand-over.ts';
import { createPgContext, type PgContext, type PgDeps } from './pg-context.ts';
import { addCustomerRoutes, addOperatorRoutes } from './pg-routes.ts';
import { resumeChanges } from './schedule/deliver-change.ts';
import { addScheduleRoutes } from './schedule/schedule-routes.ts';
import { resolvePayment } from './settle-payment.ts';

export interface PgRole {
  app: RoleApp;
  /** Takes up what a crash left behind, and from then on looks after what waits. */
  start(): Promise<void>;
  /** Closes the app, lets what is under way end, and leaves the rest to the next start. */
  stop(): Promise<void>;
}

/** Payments or cancels one sweep takes up; more than these wait for the next. */
const sweepLimit = 1_000;

/** The PG: offers, registrations, temporary card data, approvals. */
export function createPgRole(deps: PgDeps): PgRole {
  const ctx = createPgContext(deps);
  const app = createRoleApp({ title: 'ScanPay PG', log: deps.log, staffMaySignIn: true });
  app.register(rateLimit, { global: false });
  app.after(() => {
    addCustomerRoutes(app, ctx);
    addOperatorRoutes(app, ctx);
    addScheduleRoutes(app, ctx);
  });
  const sweeper = createSweeper(ctx);
  return {
    app,
    async start() {
      await withinDeadline(deps.scheduler, ctx.eraser.erase(), deps.config.undoReplyMs);
      await sweeper.start();
    },
    async stop() {
      await app.close();
      await sweeper.stop();
      await Promise.all([ctx.handOvers.stop(), ctx.scheduleChanges.stop(), ctx.resolutions.stop(), ctx.eraser.stop()]);
      await Promise.allSettled(ctx.inFlight.values());
    },
  };
}

function createSweeper(ctx: PgContext) {
  const { scheduler, config } = ctx;
  let cancelTimer: (() => void) | undefined;
  let turn: Promise<void> = Promise.resolve();
  let isStopped = false;
  const sweepAndPlan = async (): Promise<void> => {
    await sweep(ctx);
    if (isStopped) return;
    cancelTimer = scheduler.after(config.sweepMs, () => {
      turn = sweepAndPlan();
    });
  };
  return {
    start(): Promise<void> {
      turn = sweepAndPlan();
      return turn;
    },
    stop(): Promise<void> {
      isStopped = true;
      cancelTimer?.();
      return turn;
    },
  };
}

/** Finds what waits on disk: payments without a clear end, registrations and changes not handed over, card data past its time. */
async function sweep(ctx: PgContext): Promise<void> {
  for (const part of [resumePayments, resumeHandOvers, resumeChanges, deleteOverdueCards]) {
    await part(ctx).catch((err: unknown) => ctx.log.error({ err, part: part.name }, 'sweep failed'));
  }
}

/** What is under way keeps its pauses. */
async function resumePayments(ctx: PgContext): Promise<void> {
  const { store, resolutions, inFlight } = ctx;
  if (resolutions.size() >= sweepLimit) return;
  // Failures end in the log, and in the next try.
  for (const paymentId of await store.listUnresolvedPayments(sweepLimit)) {
    if (!inFlight.has(paymentId) && !resolutions.has(paymentId)) void resolvePayment(ctx, paymentId);
  }
  for (const cancelId of await store.listUnresolvedCancels(sweepLimit)) {
    if (!resolutions.has(cancelId)) void resolveCancel(ctx, cancelId);
  }
}
