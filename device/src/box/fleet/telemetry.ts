import { noTimer, type RandomBytes, type Scheduler } from '@scanpay/shared/clock.ts';
import type { Health, TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';
import type { Log } from '../deps.ts';

/** How often the box looks at itself, between the reports that are due. */
const lookMs = 15_000;
/** After something changed; changes come in groups. */
const settleMs = 1_000;
const minLookGapMs = 5_000;
/** A change of health is told at once, but no sooner than this after the report before. */
const minReportGapMs = 10_000;
/** After a connection boxes report within this, as chance has it: they may all have come back at the same instant. */
const maxFirstDelayMs = 10_000;

export interface TelemetryLoop {
  linkChanged(up: boolean): void;
  /** Something changed that may matter. */
  nudge(): void;
  stop(): void;
}

const signatureOf = ({ problems }: Health): string => problems.map(({ part, level }) => `${part} ${level}`).join();

/**
 * Tells the operator how the box is: in its interval, give or take a tenth, and when its health changes. What is not sent
 * is not kept; nothing is sent without a connection.
 */
export function createTelemetryLoop(deps: {
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  intervalMs(): number;
  collect(): Promise<TelemetryBody>;
  send(body: TelemetryBody): Promise<void>;
  log: Log;
}): TelemetryLoop {
  const { scheduler, log } = deps;
  let isUp = false;
  let isLooking = false;
  let cancel: () => void = noTimer;
  let nextLookAtMs = Number.POSITIVE_INFINITY;
  let lastLookAtMs = 0;
  let last = { atMs: 0, signature: '' };
  let dueAtMs = 0;

  const chance = (): number => (deps.randomBytes(1)[0] ?? 0) / 255;
  const spread = (intervalMs: number): number => intervalMs * (0.9 + chance() / 5);
  const planAt = (atMs: number): void => {
    cancel();
    if (!isUp) return;
    nextLookAtMs = atMs;
    cancel = scheduler.after(Math.max(1, atMs - scheduler.nowMs()), () => void look());
  };
  const planNext = (isChanged: boolean): void => {
    const nowMs = scheduler.nowMs();
    const changeAtMs = isChanged ? last.atMs + minReportGapMs : Number.POSITIVE_INFINITY;
    planAt(Math.min(dueAtMs, changeAtMs, nowMs + lookMs));
  };
  const reportIfDue = async (body: TelemetryBody): Promise<boolean> => {
    const nowMs = scheduler.nowMs();
    const signature = signatureOf(body.health);
    const isChanged = last.signature !== signature;
    const mayTell = isChanged && nowMs - last.atMs >= minReportGapMs;
    if (!isUp || (nowMs < dueAtMs && !mayTell)) return isChanged;
    last = { atMs: nowMs, signature };
    dueAtMs = nowMs + spread(deps.intervalMs());
    await deps.send(body);
    return false;
  };
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    nextLookAtMs = Number.POSITIVE_INFINITY;
    lastLookAtMs = scheduler.nowMs();
    let isChanged = false;
    try {
      isChanged = await reportIfDue(await deps.collect());
    } catch (err) {
      log.warn({ err }, 'no telemetry');
    }
    isLooking = false;
    planNext(isChanged);
  };
  return {
    linkChanged(up) {
      isUp = up;
      cancel();
      if (!up) return;
      dueAtMs = scheduler.nowMs() + Math.min(deps.intervalMs(), maxFirstDelayMs) * chance();
      planAt(dueAtMs);
    },
    nudge() {
      const nowMs = scheduler.nowMs();
      const atMs = Math.max(nowMs + settleMs, lastLookAtMs + minLookGapMs);
      // A shorter interval begins now.
      dueAtMs = Math.min(dueAtMs, nowMs + deps.intervalMs() * 1.1);
      if (isUp && !isLooking && atMs < nextLookAtMs) planAt(atMs);
    },
    stop() {
      isUp = false;
      cancel();
    },
  };
}
