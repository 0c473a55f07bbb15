import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { ReportedConfig } from '@scanpay/shared/fleet/config-messages.ts';
import type { Telemetry } from '@scanpay/shared/fleet/telemetry.ts';
import type { Presence } from '@scanpay/shared/wire/presence-message.ts';
import { judgePresence } from '../../../core/fleet/judge-presence.ts';
import type { FleetStore } from '../../../ports/fleet-store.ts';
import type { Log } from '../../../ports/log.ts';
import type { Retrier } from '../../common/retrier.ts';
import { createTokenBuckets } from '../../common/token-buckets.ts';
import type { DevicePost } from '../device-post.ts';
import { createLanes } from '../lanes.ts';
import type { OperatorLimits } from '../operator-limits.ts';
import { type ConfigDesk, createConfigDesk } from './config-desk.ts';

/** Looks after the boxes as machines: whether they are there, how they are, what they are set to. */
export interface FleetDesk {
  config: ConfigDesk;
  /** `retained`: the broker says it of the box, which may have spoken long ago. */
  takePresence(message: Presence, retained: boolean): Promise<void>;
  takeTelemetry(message: Telemetry): Promise<void>;
  takeReported(message: ReportedConfig): Promise<void>;
  linkChanged(connected: boolean): void;
  start(): void;
  stop(): Promise<void>;
}

/** Boxes whose budgets are remembered. */
const maxRememberedBoxes = 10_000;
const purgedAtOnce = 500;
const maxPurgeRounds = 1_000;

export function createFleetDesk(deps: {
  store: FleetStore;
  post: DevicePost;
  scheduler: Scheduler;
  limits: OperatorLimits;
  retrier: Retrier;
  log: Log;
}): FleetDesk {
  const { store, scheduler, limits, log } = deps;
  const config = createConfigDesk(deps);
  const buckets = () =>
    createTokenBuckets({
      clock: scheduler,
      capacity: limits.reports,
      refillMs: limits.reportMs,
      maxKeys: maxRememberedBoxes,
    });
  const telemetries = buckets();
  const reports = buckets();
  // What a box says of its presence is judged in the order in which it came.
  const lanes = createLanes({ maxActive: limits.maxConcurrentMessages, maxWaiting: limits.maxWaitingMessages });
  const purger = createPurger(deps);
  let cancelConfirm: () => void = noTimer;

  const record = async (message: Presence, retained: boolean): Promise<void> => {
    const { deviceId, online } = message;
    const nowMs = scheduler.nowMs();
    // A last will is the broker's word, too.
    const isLive = online && !retained;
    const hasChanged = await store.recordPresence(
      deviceId,
      (known) => judgePresence(known, message, { retained, nowMs }),
      { isLive, nowMs },
    );
    if (!hasChanged) return;
    log.info({ deviceId, online }, 'box');
    if (online) await config.boxOnline(deviceId);
  };
  const endUnconfirmed = async (upAtMs: number): Promise<void> => {
    const count = await store.endUnconfirmed(upAtMs, scheduler.nowMs());
    if (count > 0) log.warn({ count }, 'boxes that were online did not come back');
  };
  return {
    config,
    async takePresence(message, retained) {
      const turn = () => record(message, retained);
      await (lanes.run(message.deviceId, turn) ?? turn());
    },
    async takeTelemetry(message) {
      const { v: _v, type: _type, messageId: _id, deviceId, sentAtMs: _sent, ...telemetry } = message;
      // Losing some is fine: the next one says it all again.
      if (!telemetries.take(deviceId)) return;
      await store.recordTelemetry(deviceId, { receivedAtMs: scheduler.nowMs(), telemetry }, limits.telemetryHistory);
    },
    async takeReported(message) {
      if (reports.take(message.deviceId)) await config.takeReported(message);
    },
    linkChanged(connected) {
      log.info({ connected }, 'link to the boxes');
      cancelConfirm();
      if (!connected) return;
      const upAtMs = scheduler.nowMs();
      cancelConfirm = scheduler.after(limits.presenceConfirmMs, () => {
        endUnconfirmed(upAtMs).catch((err: unknown) => log.error({ err }, 'presence could not be looked through'));
      });
      void config.publishAll();
    },
    start: purger.start,
    async stop() {
      cancelConfirm();
      await lanes.idle();
      await config.stop();
      await purger.stop();
    },
  };
}

/** Deletes telemetry that is too old, a bounded number of rows in each transaction. */
function createPurger({ store, scheduler, limits, log }: Parameters<typeof createFleetDesk>[0]) {
  let cancel: () => void = noTimer;
  let turn: Promise<void> = Promise.resolve();
  let isStopped = false;

  const purge = async (): Promise<void> => {
    const beforeMs = scheduler.nowMs() - limits.telemetryKeepMs;
    for (let round = 0; round < maxPurgeRounds && !isStopped; round += 1) {
      if ((await store.purgeTelemetry(beforeMs, purgedAtOnce)) < purgedAtOnce) return;
    }
  };
  const plan = (): void => {
    if (isStopped) return;
    cancel = scheduler.after(limits.telemetryPurgeMs, () => {
      turn = purge()
        .catch((err: unknown) => log.error({ err }, 'telemetry could not be purged'))
        .then(plan);
    });
  };
  return {
    start: plan,
    async stop(): Promise<void> {
      isStopped = true;
      cancel();
      await turn;
    },
  };
}
