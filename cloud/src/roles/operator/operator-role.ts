import type { UpMessage } from '../../ports/device-link.ts';
import { createRoleApp, type RoleApp } from '../common/role-app.ts';
import { createDeviceInbox } from './device-inbox.ts';
import type { DevicePost } from './device-post.ts';
import { meterOperator } from './meter-operator.ts';
import { createOperatorContext, type OperatorDeps } from './operator-context.ts';
import { addAlarmRoutes } from './routes/alarm-routes.ts';
import { addCashReceiptRoutes } from './routes/cash-receipt-routes.ts';
import { addCommandRoutes } from './routes/command-routes.ts';
import { addContractRoutes } from './routes/contract-routes.ts';
import { addCouponRoutes } from './routes/coupon-routes.ts';
import { addDeviceRoutes } from './routes/device-routes.ts';
import { addFleetRoutes } from './routes/fleet-routes.ts';
import { addHandOverRoutes } from './routes/hand-over-routes.ts';
import { addNoShowRoutes } from './routes/no-show-routes.ts';
import { addPaymentRoutes } from './routes/payment-routes.ts';
import { addScheduleRoutes } from './routes/schedule-routes.ts';
import { createSweeper } from './sweeper.ts';

export interface OperatorRole {
  app: RoleApp;
  /**
   * Takes up what a crash left behind, and from then on looks after what waits.
   * @throws ScanPayError `configuration` for contract seeds that contradict what is on record.
   */
  start(): Promise<void>;
  /** Closes the app, lets what is under way end (within its deadlines), and leaves the rest to the next start. */
  stop(): Promise<void>;
  /** For the link to the boxes: resolves when what the message asks for is on disk and under way. */
  onDeviceMessage(message: UpMessage): Promise<void>;
  /** For the link to the boxes: whether there is one. */
  onLinkState(connected: boolean): void;
  /** A business date was closed: it is gone through for customers who did not come. */
  onDateClosed(): void;
  /**
   * S15: adds the header, signs and sends; resolves when the broker has it.
   * @throws ScanPayError `upstream_unavailable`, `too_large`
   */
  sendToDevice: DevicePost['deliver'];
}

/** The operator: pre-registration, auth barcodes, boxes and their payments (S03–S09, S21, S22). */
export function createOperatorRole(deps: OperatorDeps): OperatorRole {
  const ctx = createOperatorContext(deps);
  if (deps.metrics !== undefined) meterOperator(deps.metrics, ctx);
  const app = createRoleApp({ title: 'ScanPay operator', log: deps.log, staffMaySignIn: true });
  app.after(() => {
    addCashReceiptRoutes(app, ctx);
    addContractRoutes(app, ctx);
    addCouponRoutes(app, ctx);
    addDeviceRoutes(app, ctx);
    addHandOverRoutes(app, ctx);
    addFleetRoutes(app, ctx);
    addPaymentRoutes(app, ctx);
    addScheduleRoutes(app, ctx);
    addNoShowRoutes(app, ctx);
    addCommandRoutes(app, ctx);
    addAlarmRoutes(app, ctx);
  });
  const takeMessage = createDeviceInbox(ctx);
  const sweeper = createSweeper(ctx);
  const handling = new Set<Promise<void>>();
  let isStopped = false;

  return {
    app,
    async start() {
      await ctx.contracts.seed(ctx.contractSeeds);
      void ctx.eraser.erase();
      await sweeper.start();
      ctx.receiptSender.start();
      ctx.fleet.start();
    },
    async stop() {
      isStopped = true;
      await app.close();
      await sweeper.stop();
      await ctx.receiptSender.stop();
      await ctx.fleet.stop();
      await ctx.noShows.stop();
      await Promise.allSettled(handling);
      await Promise.all([
        ctx.issues.stop(),
        ctx.scheduleNotices.stop(),
        ctx.authorisations.stop(),
        ctx.undoings.stop(),
        ctx.eraser.stop(),
      ]);
      await ctx.post.idle();
    },
    async onDeviceMessage(message) {
      // The box repeats what was not answered.
      if (isStopped) return;
      const turn = takeMessage(message).finally(() => handling.delete(turn));
      handling.add(turn);
      return turn;
    },
    onLinkState(connected) {
      if (!isStopped) ctx.fleet.linkChanged(connected);
    },
    onDateClosed() {
      void ctx.noShows.record();
    },
    sendToDevice: ctx.post.deliver,
  };
}
