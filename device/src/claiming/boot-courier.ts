import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { Refusal } from '../core/claiming/claiming.ts';
import { describeOrderEnd } from '../core/claiming/set-up-slips.ts';
import type { BootFolder, BootOrder } from '../ports/boot-folder.ts';

type Failure = Omit<Refusal, 'atMs'> | null;

/** A network that is not up yet is waited for: at first every few seconds, an hour in all, as long as a claim is good. */
const pausesMs = [5_000, 5_000, 10_000, 10_000, 30_000];
const maxPauseMs = 60_000;
const maxTries = 60;

/**
 * Carries out what stands on the boot partition, Wi-Fi before the claim, and leaves the outcomes there. The technician
 * may scan in between; then the orders go on after that.
 */
export function createBootCourier(deps: { boot: BootFolder; scheduler: Scheduler; submit(text: string): void }) {
  const { boot, scheduler, submit } = deps;
  let current: BootOrder | undefined;
  let tries = 0;
  let cancel: () => void = noTimer;

  const next = (): void => {
    const { wifi, claim } = boot.read();
    current = wifi === undefined ? undefined : 'wifi';
    if (current === undefined && claim !== undefined) current = 'claim';
    const text = current === 'wifi' ? wifi : claim;
    if (current !== undefined && text !== undefined) submit(text);
  };
  const conclude = (failure: Failure, deviceId: string | null): void => {
    if (current === undefined) return;
    boot.conclude(current, describeOrderEnd(current, { deviceId, failure, atMs: scheduler.nowMs() }));
    const isLast = current === 'claim';
    current = undefined;
    // In a turn of its own: who told of the end has not finished its own step.
    if (!isLast) cancel = scheduler.after(0, next);
  };
  const retry = (): void => {
    const pauseMs = pausesMs[tries] ?? maxPauseMs;
    tries += 1;
    cancel = scheduler.after(pauseMs, next);
  };
  return {
    start: next,
    stop(): void {
      cancel();
    },
    claimEnded(failure: Failure, deviceId: string | null): void {
      if (failure?.code === 'upstream_unavailable' && tries < maxTries) retry();
      else conclude(failure, deviceId);
    },
    wifiEnded: (failure: Failure): void => conclude(failure, null),
    /** The text itself is no good; an enrolment or a Wi-Fi that failed is told of by the others. */
    refused({ code, detail }: Refusal): void {
      const isText = ['claim_unreadable', 'wifi_unreadable', 'wifi_unsupported', 'not_set_up', 'set_up_code_unknown'];
      if (isText.includes(code)) conclude({ code, detail }, null);
    },
  };
}
