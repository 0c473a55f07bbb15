import { alarmKinds, type OperatorAlarmCode } from '@scanpay/shared/alarm/alarm-codes.ts';
import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { AlarmId, DeviceId, IdMaker } from '@scanpay/shared/ids.ts';
import type { AlarmReport } from '@scanpay/shared/wire/alarm-messages.ts';
import { compareReport, judgeMark, makeAlarm, nextMark } from '../../../core/alarms/compare-report.ts';
import type { AlarmChange, AlarmStore, StoredAlarm } from '../../../ports/alarm-store.ts';
import type { FleetStateStore } from '../../../ports/fleet-store.ts';
import type { Log } from '../../../ports/log.ts';
import type { MerchantDebts } from '../../../ports/merchant-debts.ts';
import type { DevicePost } from '../device-post.ts';
import type { OperatorLimits } from '../operator-limits.ts';
import { createDebtWatch, type DebtWatchDeps } from './debt-watch.ts';

export interface AlarmDeskDeps {
  store: AlarmStore & Pick<FleetStateStore, 'listGone'> & DebtWatchDeps['store'];
  post: DevicePost;
  ids: Pick<IdMaker, 'alarmId'>;
  clock: Clock;
  limits: Pick<OperatorLimits, 'offlineAfterMs' | 'statementTardyMs' | 'keepAlarmsMs'> & DebtWatchDeps['limits'];
  /** Boxes with a statement that was presented before and is not answered. */
  listTardyTerminals(presentedBeforeMs: number): Promise<DeviceId[]>;
  debts: MerchantDebts;
  log: Log;
}

export interface AlarmDesk {
  /** Resolves when it is on record, and the box is told so. */
  takeReport(deviceId: DeviceId, report: AlarmReport, jws: string): Promise<void>;
  boxOnline(deviceId: DeviceId): Promise<void>;
  /** The operator's own; once more while it is open: it counts, and keeps its newest detail. */
  raise(deviceId: DeviceId, code: OperatorAlarmCode, detail: string): Promise<void>;
  clear(deviceId: DeviceId, code: OperatorAlarmCode): Promise<void>;
  /** Somebody looks after it; the last one counts. Codes: not_found, alarm_cleared. */
  acknowledge(alarmId: AlarmId, by: string, note: string): Promise<Result<StoredAlarm>>;
  /** By hand, for a source that will not do it. Codes: not_found, alarm_cleared. */
  clearByHand(alarmId: AlarmId, by: string, reason: string): Promise<Result<StoredAlarm>>;
  /** Raises and clears what the operator sees by itself; drops what is old. */
  sweep(): Promise<void>;
}

/** Boxes with an alarm of one code that are looked at in one sweep. */
const maxOpenOfCode = 10_000;

/** A report that was overtaken while it was compared is compared again. */
const maxComparisons = 3;

/** The alarms of all boxes: as they report them, and as the operator sees them. */
export function createAlarmDesk(deps: AlarmDeskDeps): AlarmDesk {
  const { store, clock, limits } = deps;
  const takeReport = createReportTaker(deps);
  const findOverdueDebts = createDebtWatch(deps);

  const raise: AlarmDesk['raise'] = async (deviceId, code, detail) => {
    const nowMs = clock.nowMs();
    const { severity } = alarmKinds[code];
    const alarm = makeAlarm({ alarmId: deps.ids.alarmId(), deviceId, code, severity, source: 'operator', nowMs });
    if (await store.raiseAlarm({ ...alarm, detail })) return;
    const open = await store.findOpenAlarm(deviceId, code);
    if (open === undefined) return;
    await store.changeOpenAlarm(open.alarmId, { detail, count: open.count + 1, lastRaisedAtMs: nowMs });
  };
  const clear: AlarmDesk['clear'] = async (deviceId, code) => {
    const open = await store.findOpenAlarm(deviceId, code);
    if (open !== undefined) await store.changeOpenAlarm(open.alarmId, { clearedAtMs: clock.nowMs() });
  };
  const changeByHand = async (alarmId: AlarmId, change: AlarmChange): Promise<Result<StoredAlarm>> => {
    if ((await store.findAlarm(alarmId)) === undefined) return refuse('not_found');
    if (!(await store.changeOpenAlarm(alarmId, change))) return refuse('alarm_cleared');
    const changed = await store.findAlarm(alarmId);
    return changed === undefined ? refuse('not_found') : accept(changed);
  };
  /** Raises where it holds and is not open yet, clears where it does not hold any more. */
  const keep = async (code: OperatorAlarmCode, holds: ReadonlyMap<DeviceId, string>): Promise<void> => {
    const known = new Set(await store.listBoxesWithOpen(code, maxOpenOfCode));
    for (const [deviceId, detail] of holds) if (!known.has(deviceId)) await raise(deviceId, code, detail);
    // There may be more than were listed.
    if (holds.size >= maxOpenOfCode) return;
    for (const deviceId of known) if (!holds.has(deviceId)) await clear(deviceId, code);
  };
  return {
    takeReport,
    boxOnline: (deviceId) => clear(deviceId, 'box-offline'),
    raise,
    clear,
    acknowledge: (alarmId, acknowledgedBy, acknowledgeNote) =>
      changeByHand(alarmId, { acknowledgedAtMs: clock.nowMs(), acknowledgedBy, acknowledgeNote }),
    clearByHand: (alarmId, clearedBy, clearReason) =>
      changeByHand(alarmId, { clearedAtMs: clock.nowMs(), clearedBy, clearReason }),
    async sweep() {
      const nowMs = clock.nowMs();
      const lasting = (deviceIds: readonly DeviceId[], ms: number) =>
        new Map(deviceIds.map((deviceId) => [deviceId, `for ${Math.floor(ms / 60_000)} min or longer`]));
      const gone = await store.listGone(nowMs - limits.offlineAfterMs, maxOpenOfCode);
      await keep('box-offline', lasting(gone, limits.offlineAfterMs));
      const tardy = await deps.listTardyTerminals(nowMs - limits.statementTardyMs);
      await keep('statement-unanswered', lasting(tardy, limits.statementTardyMs));
      const overdue = await findOverdueDebts();
      if (overdue !== null) await keep('merchant-debt-overdue', overdue);
      await store.dropOldAlarms(nowMs - limits.keepAlarmsMs);
    },
  };
}

function createReportTaker({ store, post, ids, clock, log }: AlarmDeskDeps): AlarmDesk['takeReport'] {
  const take = async (deviceId: DeviceId, report: AlarmReport, reportJws: string): Promise<boolean> => {
    const read = await store.findReportMark(deviceId);
    const judged = judgeMark(read, report);
    if (judged === 'stale') {
      log.warn({ deviceId, revision: report.revision }, 'late or repeated report of alarms');
      return true;
    }
    if (judged === 'known') return true;
    const known = await store.listBoxAlarms(deviceId);
    const by = { reportJws, nowMs: clock.nowMs(), newAlarmId: ids.alarmId };
    return store.takeReport(
      deviceId,
      { read, next: nextMark(read, report) },
      compareReport(deviceId, known, report.open, by),
    );
  };
  return async (deviceId, report, jws) => {
    for (let comparison = 0; comparison < maxComparisons; comparison++) {
      if (!(await take(deviceId, report, jws))) continue;
      const { journalId, revision } = report;
      return post.send(deviceId, 'alarm', await post.sign(deviceId, { type: 'alarm.recorded', journalId, revision }));
    }
    throw new ScanPayError('internal', `the alarms of ${deviceId} do not hold still`);
  };
}
