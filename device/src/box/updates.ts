import type { BoxAlarmCode } from '@scanpay/shared/alarm/alarm-codes.ts';
import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { DesiredRelease, UpdateReport } from '@scanpay/shared/wire/release-messages.ts';
import type { OwnRelease, UpdateState } from '../ports/update.ts';
import type { Log } from './deps.ts';
import type { Draft } from './mailroom.ts';

/** How often the updater's state is looked at. */
const lookMs = 2_000;

/** Between operator and updater: what is wanted goes to the one, how far it is to the other. The box decides nothing. */
export function createUpdates(deps: {
  release: OwnRelease;
  scheduler: Scheduler;
  /** Publishes retained; false: it did not get there. */
  report(draft: Extract<Draft, { type: 'release.report' }>): Promise<boolean>;
  /** Null: it holds no more. */
  tellAlarm(code: Extract<BoxAlarmCode, 'update-failed' | 'update-rolled-back'>, detail: string | null): void;
  log: Log;
}) {
  const { release, scheduler, log } = deps;
  const { version, arch, desk } = release;
  let cancel: () => void = noTimer;
  let isUp = false;
  let told = '';
  let alarmed = '';

  const look = async (): Promise<void> => {
    const update = toReport(desk?.readState());
    const text = JSON.stringify(update);
    if (text !== alarmed) raise(update);
    alarmed = text;
    if (!isUp || text === told) return;
    if (await deps.report({ type: 'release.report', version, arch, update })) told = text;
  };
  /** An update that failed stands as an alarm until one succeeds. */
  const raise = (update: UpdateReport | null): void => {
    const detail = [update?.version, update?.code, update?.detail].filter(Boolean).join(' ');
    if (update?.phase === 'failed') deps.tellAlarm('update-failed', detail);
    if (update?.phase === 'rolled-back') deps.tellAlarm('update-rolled-back', detail);
    if (update?.phase !== 'confirmed') return;
    deps.tellAlarm('update-failed', null);
    deps.tellAlarm('update-rolled-back', null);
  };
  const watch = (): void => {
    cancel();
    if (!isUp) return;
    cancel = scheduler.after(lookMs, watch);
    look().catch((error: unknown) => log.warn({ err: error }, 'the release is not reported'));
  };
  return {
    linkChanged(up: boolean): void {
      isUp = up;
      told = '';
      watch();
    },
    take({ sentAtMs, release: wanted }: DesiredRelease): void {
      if (desk === null) {
        log.warn({ wanted: wanted?.rolloutId ?? null }, 'nobody here updates this box');
        return;
      }
      const held = desk.readRequest();
      // Retained messages come again with every connect, and a broker may bring an old one.
      if (held !== undefined && held.saidAtMs >= sentAtMs) return;
      const asked = wanted === null ? null : { ...wanted, caCertificates: [...release.caCertificates()] };
      desk.writeRequest({ v: 1, saidAtMs: sentAtMs, release: asked });
    },
    stop(): void {
      isUp = false;
      cancel();
    },
  };
}

export type Updates = ReturnType<typeof createUpdates>;

function toReport(state: UpdateState | undefined): UpdateReport | null {
  if (state?.update == null) return null;
  const { rolloutId, version, phase, code, detail } = state.update;
  return { rolloutId, version, phase, code, detail };
}
