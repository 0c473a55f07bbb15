import type { AlarmRecord } from '@scanpay/device/ports/journal.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type Database from 'better-sqlite3';
import type { Check, Report } from './check.ts';

interface AlarmRow {
  device_id: DeviceId;
  code: string;
  raised_at_ms: number;
  cleared_at_ms: number | null;
  box_raised_at_ms: number | null;
}

/**
 * Alarms begin and end with their source. At rest nothing is wrong any more: no printer, scanner, clock, line or
 * statement; so nothing may be open, at the operator or at a box, and the operator has what every box said last.
 */
export const alarmsEnd: Check = {
  name: 'alarms-end',
  rule: 'X.733',
  claim: 'every alarm ends when its source has, none is raised twice while it is open, and the operator has them all',
  atRest({ books, journals }, report) {
    const rows = books.operator
      .prepare<[], AlarmRow>('SELECT * FROM operator_alarms ORDER BY device_id, code, raised_at_ms, alarm_id')
      .all();
    for (const row of rows) {
      if (row.cleared_at_ms === null) report(null, `the operator has ${tell(row)} open, though its source is over`);
    }
    for (const [at, row] of rows.entries()) checkTwice(rows[at - 1], row, report);
    for (const [deviceId, journal] of journals) checkBox(deviceId, journal, books.operator, report);
  },
};

/** What a box has on record of its own alarms. */
export function readOwnAlarms(journal: Database.Database): AlarmRecord {
  const row = journal.prepare<[], { record: string }>('SELECT record FROM alarms').get();
  return row === undefined ? { journalId: '', revision: 0, open: [] } : (JSON.parse(row.record) as AlarmRecord);
}

const tell = ({ device_id, code, raised_at_ms }: AlarmRow): string => `${code} of ${device_id} since ${raised_at_ms}`;

function checkTwice(before: AlarmRow | undefined, row: AlarmRow, report: Report): void {
  if (before?.device_id !== row.device_id || before.code !== row.code) return;
  if (before.cleared_at_ms === null || before.cleared_at_ms > row.raised_at_ms) {
    report(null, `${tell(row)} was raised while it was open`);
  }
  if (row.box_raised_at_ms !== null && row.box_raised_at_ms === before.box_raised_at_ms) {
    report(null, `${tell(row)} was raised twice for one beginning`);
  }
}

function checkBox(deviceId: DeviceId, journal: Database.Database, operator: Database.Database, report: Report): void {
  const { revision, open } = readOwnAlarms(journal);
  for (const { code } of open) report(null, `${deviceId} has ${code} open, though its source is over`);
  const mark = operator
    .prepare<[DeviceId], { revision: number }>('SELECT revision FROM operator_alarm_marks WHERE device_id = ?')
    .get(deviceId);
  const heard = mark?.revision ?? 0;
  if (heard !== revision) report(null, `the operator has heard ${heard} of ${revision} reports of ${deviceId}`);
}
