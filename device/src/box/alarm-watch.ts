import type { BoxAlarmCode } from '@scanpay/shared/alarm/alarm-codes.ts';
import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { IdMaker } from '@scanpay/shared/ids.ts';
import { type AlarmRecorded, maxOpenAlarms, type OpenAlarm } from '@scanpay/shared/wire/alarm-messages.ts';
import { stepAlarms, toAlarmSet } from '../core/alarms/alarm-set.ts';
import {
  type AlarmBounds,
  type BoxFacts,
  conditions,
  type Reading,
  readConditions,
} from '../core/alarms/conditions.ts';
import type { AlarmRecord, Journal } from '../ports/journal.ts';
import { createAsker } from './asker.ts';
import type { Log } from './deps.ts';
import type { Draft } from './mailroom.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** A condition is looked at this often, or as often as the holding times ask for. */
const longestLookMs = 5_000;
const repeatMs = 15_000;
const refreshMs = 10 * 60_000;

export interface AlarmWatch {
  start(): void;
  stop(): Promise<void>;
  linkChanged(up: boolean): void;
  /** The operator has it on record. */
  take(message: AlarmRecorded): void;
  /** For what no condition can see: begins the alarm, or (null) ends it, at once. Kept across restarts. */
  tell(code: BoxAlarmCode, detail: string | null): void;
  open(): readonly OpenAlarm[];
}

/**
 * The box's own alarms. They are in the journal, with a revision that grows with every change, and the operator is told
 * all that is open until it says that it has that revision.
 */
export function createAlarmWatch(deps: {
  journal: Journal;
  clock: TrustedClock;
  scheduler: Scheduler;
  ids: Pick<IdMaker, 'messageId'>;
  bounds: AlarmBounds;
  look(): Promise<BoxFacts>;
  send(draft: Draft): Promise<unknown>;
  log: Log;
  onFatal(error: unknown): void;
}): AlarmWatch {
  const { journal, clock, scheduler, bounds, log } = deps;
  const { raiseAfterMs, clearAfterMs } = bounds;
  const lookMs = Math.max(50, Math.min(longestLookMs, raiseAfterMs / 2, clearAfterMs / 2));
  let record: AlarmRecord = journal.alarms() ?? { journalId: deps.ids.messageId(), revision: 0, open: [] };
  let set = toAlarmSet(record.open);
  let cancelLook: () => void = noTimer;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  const report = async (): Promise<void> => void (await deps.send({ type: 'alarm.report', ...record }));
  const asker = createAsker({ scheduler, retryMs: repeatMs, refreshMs, ask: report });
  const isTold = (code: string): boolean => !Object.hasOwn(conditions, code);

  const take = (
    readings: ReadonlyMap<string, Reading>,
    holding: { raiseAfterMs: number; clearAfterMs: number },
  ): void => {
    const step = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), ...holding };
    const { set: next, changed } = stepAlarms(set, readings, step);
    if (changed) {
      const open = [...next.open.values()].slice(0, maxOpenAlarms);
      const grown: AlarmRecord = { ...record, revision: record.revision + 1, open };
      journal.commit([{ op: 'store-alarms', alarms: grown }]);
      record = grown;
      log.warn({ open: open.map(({ code }) => code) }, 'alarms');
    }
    set = next;
    if (changed) asker.again();
  };
  const lookOnce = async (): Promise<void> => {
    const facts = await deps.look();
    if (!stopped)
      take(
        readConditions(facts, bounds, (code) => set.open.has(code)),
        { raiseAfterMs, clearAfterMs },
      );
  };
  const plan = (): void => {
    if (stopped) return;
    cancelLook = scheduler.after(lookMs, () => {
      looking = lookOnce().then(plan, deps.onFatal);
    });
  };
  return {
    start: plan,
    async stop() {
      stopped = true;
      cancelLook();
      asker.stop();
      await looking;
    },
    linkChanged: asker.linkChanged,
    take({ journalId, revision }) {
      if (journalId === record.journalId && revision >= record.revision) asker.answered();
    },
    tell(code, detail) {
      if (!isTold(code)) throw new TypeError(`${code} follows from a condition`);
      // Once more, though nothing was heard of its end: it counts.
      if (detail !== null && set.open.has(code)) take(new Map([[code, null]]), { raiseAfterMs: 0, clearAfterMs: 1 });
      take(new Map([[code, detail]]), { raiseAfterMs: 0, clearAfterMs: 0 });
    },
    open: () => record.open,
  };
}
