import { findAlarmKind } from '@scanpay/shared/alarm/alarm-codes.ts';
import type { AlarmId, DeviceId } from '@scanpay/shared/ids.ts';
import type { OpenAlarm } from '@scanpay/shared/wire/alarm-messages.ts';
import type { AlarmChanges, AlarmReportMark, StoredAlarm } from '../../ports/alarm-store.ts';

/** Journals of one box that are remembered, so that nothing signed under an earlier one passes for news. */
const maxFormerJournals = 16;

/** `news`: take it. `known`: taken before. `stale`: overtaken, or of a journal the box has no more. */
export function judgeMark(
  known: AlarmReportMark | undefined,
  report: { journalId: string; revision: number },
): 'news' | 'known' | 'stale' {
  const { journalId, revision } = report;
  if (known === undefined) return 'news';
  if (known.journalId !== journalId) return known.formerJournalIds.includes(journalId) ? 'stale' : 'news';
  if (revision === known.revision) return 'known';
  return revision > known.revision ? 'news' : 'stale';
}

export function nextMark(
  known: AlarmReportMark | undefined,
  { journalId, revision }: { journalId: string; revision: number },
): AlarmReportMark {
  if (known === undefined) return { journalId, revision, formerJournalIds: [] };
  const { formerJournalIds } = known;
  if (known.journalId === journalId) return { journalId, revision, formerJournalIds };
  return { journalId, revision, formerJournalIds: [known.journalId, ...formerJournalIds].slice(0, maxFormerJournals) };
}

/**
 * What a box's report changes: what it has open is raised, or counted on; what it has open no more is cleared. What staff
 * cleared stays so until the box sees it begin again.
 *
 * @param known the box's alarms that are open, and those that staff cleared, newest first
 */
export function compareReport(
  deviceId: DeviceId,
  known: readonly StoredAlarm[],
  open: readonly OpenAlarm[],
  by: { reportJws: string; nowMs: number; newAlarmId(): AlarmId },
): AlarmChanges {
  const { reportJws, nowMs } = by;
  const changes: AlarmChanges = { raise: [], change: [] };
  const reported = new Set(open.map(({ code }) => code));
  for (const { alarmId, code, clearedAtMs, source } of known) {
    if (clearedAtMs !== null || source !== 'box' || reported.has(code)) continue;
    changes.change.push({ alarmId, change: { clearedAtMs: nowMs } });
  }
  for (const alarm of new Map(open.map((each) => [each.code, each])).values()) {
    const { code, count, detail, raisedAtMs: boxRaisedAtMs } = alarm;
    const last = known.find((each) => each.code === code);
    if (last !== undefined && last.clearedAtMs === null) {
      if (last.count === count && last.boxRaisedAtMs === boxRaisedAtMs) continue;
      const change = { count, detail, boxRaisedAtMs, lastRaisedAtMs: nowMs, reportJws };
      changes.change.push({ alarmId: last.alarmId, change });
      continue;
    }
    if (last !== undefined && last.boxRaisedAtMs === boxRaisedAtMs && last.count === count) continue;
    const severity = findAlarmKind(code)?.severity ?? 'warning';
    const raised = makeAlarm({ alarmId: by.newAlarmId(), deviceId, code, severity, source: 'box', nowMs });
    changes.raise.push({ ...raised, count, detail, boxRaisedAtMs, reportJws });
  }
  return changes;
}

/** As it is when it is raised. */
export function makeAlarm({
  nowMs,
  ...who
}: Pick<StoredAlarm, 'alarmId' | 'deviceId' | 'code' | 'severity' | 'source'> & { nowMs: number }): StoredAlarm {
  return {
    ...who,
    raisedAtMs: nowMs,
    lastRaisedAtMs: nowMs,
    count: 1,
    detail: '',
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    acknowledgeNote: null,
    clearedAtMs: null,
    clearedBy: null,
    clearReason: null,
    boxRaisedAtMs: null,
    reportJws: null,
  };
}
