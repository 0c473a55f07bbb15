import type { Uplink } from '../ports/uplink.ts';
import type { AlarmWatch } from './alarm-watch.ts';
import type { BoxDeps } from './deps.ts';
import type { Mailroom } from './mailroom.ts';
import type { Runner } from './runner.ts';
import type { TrustedClock } from './trusted-clock.ts';
import { createUpdates, type Updates } from './updates.ts';

/** What the box has to do with its updates; undefined: nobody updates it. */
export function createOwnUpdates(
  { release, scheduler, log }: BoxDeps,
  parts: { mailroom: Mailroom; link: { uplink: Uplink | null }; alarms: Pick<AlarmWatch, 'tell'> },
): Updates | undefined {
  if (release === undefined) return undefined;
  return createUpdates({
    release,
    scheduler,
    async report(draft) {
      const { payload } = await parts.mailroom.seal(draft);
      return (await parts.link.uplink?.publish('release', payload, { retain: true })) === 'acknowledged';
    },
    tellAlarm: parts.alarms.tell,
    log,
  });
}

/** What the updater has of the box. */
export const createUpdateSide = ({ runner, clock }: { runner: Runner; clock: TrustedClock }) => ({
  /** Closes the counter for a while. False: something is open, or on it. */
  closeForUpdate: async (): Promise<boolean> => (await runner.submit({ kind: 'update-asked' })) === undefined,
  reopen: async (): Promise<void> => void (await runner.submit({ kind: 'update-ended' })),
  /** What the updater asks; the rest of it is the self-test's. */
  health: () => {
    const { linkUp, clockTrusted, scannerReady } = runner.state();
    const operatorAnswered = clock.view().comparedAtMs !== null;
    return { nowMs: clock.nowMs(), clockTrusted, linkUp, operatorAnswered, scannerReady };
  },
});
