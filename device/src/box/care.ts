import type { DownMessage } from '@scanpay/shared/wire/messages.ts';
import { defaultAlarmBounds } from '../core/alarms/conditions.ts';
import { isIdle } from '../core/terminal/is-idle.ts';
import type { TerminalState } from '../core/terminal/state.ts';
import { lightOf } from '../core/terminal/view.ts';
import type { PrinterStatus } from '../ports/printer.ts';
import { createAlarmWatch } from './alarm-watch.ts';
import { createCommandDesk } from './commands/command-desk.ts';
import { createRunners } from './commands/runners.ts';
import type { BoxDeps } from './deps.ts';
import { lookAtBox } from './look-at-box.ts';
import type { Draft } from './mailroom.ts';
import { noHost } from './no-host.ts';
import type { TrustedClock } from './trusted-clock.ts';

export type Care = ReturnType<typeof createCare>;

/** What the operator's staff have of the box from afar: commands, and alarms. */
export function createCare(
  deps: BoxDeps,
  parts: {
    clock: TrustedClock;
    state(): TerminalState;
    printer(): PrinterStatus;
    send(draft: Draft): Promise<unknown>;
  },
) {
  const { deviceId, journal, printer, light, renderReceipt, scheduler, ids, log, onFatal, host = noHost } = deps;
  const { clock, state, send } = parts;
  const stopping = Promise.withResolvers<void>();
  let stopped = false;
  const pause = (ms: number): Promise<void> => {
    const passed = Promise.withResolvers<void>();
    const cancel = scheduler.after(ms, passed.resolve);
    return Promise.race([passed.promise, stopping.promise]).finally(cancel);
  };
  const commands = createCommandDesk({
    journal,
    clock,
    runners: createRunners({
      deviceId,
      clock,
      startedAtMs: clock.monotonicMs(),
      printer,
      renderReceipt,
      pause,
      light,
      host,
      isIdle: () => !stopped && isIdle(state()),
      ownPattern: () => lightOf(state()),
    }),
    send,
    log,
    onFatal,
  });
  const alarms = createAlarmWatch({
    journal,
    clock,
    scheduler,
    ids,
    bounds: { ...defaultAlarmBounds, ...deps.alarmBounds },
    look: () => lookAtBox({ clock, state: state(), printer: parts.printer(), journal, host }),
    send,
    log,
    onFatal,
  });
  return {
    alarms,
    start(): void {
      commands.start();
      if (deps.host !== undefined) alarms.start();
    },
    take(message: Extract<DownMessage, { type: 'command' | 'alarm.recorded' }>): void {
      if (message.type === 'command') commands.take(message);
      else alarms.take(message);
    },
    linkChanged(up: boolean): void {
      commands.linkChanged(up);
      if (deps.host !== undefined) alarms.linkChanged(up);
    },
    clockChanged: commands.clockChanged,
    async stop(): Promise<void> {
      stopped = true;
      stopping.resolve();
      await alarms.stop();
      await commands.stop();
    },
  };
}
