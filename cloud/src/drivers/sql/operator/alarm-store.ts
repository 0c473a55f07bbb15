import type { AlarmSeverity } from '@scanpay/shared/alarm/alarm-codes.ts';
import type { AlarmChange, AlarmQuery, AlarmReportMark, AlarmStore, StoredAlarm } from '../../../ports/alarm-store.ts';
import type { AlarmTable } from './care-tables.ts';
import type { OperatorDb, OperatorTrx } from './transaction.ts';

/** Alarms that a report is compared with: more than a box can have open. */
const maxCompared = 100;

export function createAlarmStore(db: OperatorDb): AlarmStore {
  const all = () => db.selectFrom('operator_alarms').selectAll();
  return {
    async findAlarm(alarmId) {
      const row = await all().where('alarm_id', '=', alarmId).executeTakeFirst();
      return row && toAlarm(row);
    },
    listAlarms: (query) => listAlarms(db, query),
    async listBoxAlarms(deviceId) {
      const rows = await all()
        .where('device_id', '=', deviceId)
        .where(({ or, eb }) => or([eb('cleared_at_ms', 'is', null), eb('cleared_by', 'is not', null)]))
        .orderBy('alarm_id', 'desc')
        .limit(maxCompared)
        .execute();
      return rows.map(toAlarm);
    },
    async findReportMark(deviceId) {
      const row = await db
        .selectFrom('operator_alarm_marks')
        .selectAll()
        .where('device_id', '=', deviceId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return { journalId: row.journal_id, revision: row.revision, formerJournalIds: JSON.parse(row.former_json) };
    },
    takeReport: (deviceId, { read, next }, { raise, change }) =>
      db.transaction().execute(async (trx) => {
        if (!(await moveMark(trx, deviceId, read, next))) return false;
        // What is over goes first: the code may be raised again in the same report.
        for (const each of change) await changeAlarm(trx, each.alarmId, each.change);
        for (const alarm of raise) await insertAlarm(trx, alarm);
        return true;
      }),
    raiseAlarm: (alarm) => insertAlarm(db, alarm),
    async findOpenAlarm(deviceId, code) {
      const row = await all()
        .where('device_id', '=', deviceId)
        .where('code', '=', code)
        .where('cleared_at_ms', 'is', null)
        .executeTakeFirst();
      return row && toAlarm(row);
    },
    async listBoxesWithOpen(code, limit) {
      const rows = await db
        .selectFrom('operator_alarms')
        .select('device_id')
        .where('code', '=', code)
        .where('cleared_at_ms', 'is', null)
        .orderBy('device_id')
        .limit(limit)
        .execute();
      return rows.map((row) => row.device_id);
    },
    changeOpenAlarm: (alarmId, change) => changeAlarm(db, alarmId, change),
    async countOpenAlarms() {
      const rows = await db
        .selectFrom('operator_alarms')
        .select(({ fn }) => ['severity', fn.countAll<number | bigint | string>().as('count')])
        .where('cleared_at_ms', 'is', null)
        .groupBy('severity')
        .execute();
      const counts = rows.map(({ severity, count }) => [severity, Number(count)] satisfies [AlarmSeverity, number]);
      return Object.fromEntries(counts);
    },
    async dropOldAlarms(clearedBeforeMs) {
      await db.deleteFrom('operator_alarms').where('cleared_at_ms', '<', clearedBeforeMs).execute();
    },
  };
}

async function listAlarms(db: OperatorDb, query: AlarmQuery): Promise<StoredAlarm[]> {
  const { state, severity, deviceId, before, limit } = query;
  let select = db.selectFrom('operator_alarms').selectAll();
  if (state === 'cleared') select = select.where('cleared_at_ms', 'is not', null);
  else if (state !== null) select = select.where('cleared_at_ms', 'is', null);
  if (state === 'raised') select = select.where('acknowledged_at_ms', 'is', null);
  if (state === 'acknowledged') select = select.where('acknowledged_at_ms', 'is not', null);
  if (severity !== null) select = select.where('severity', '=', severity);
  if (deviceId !== null) select = select.where('device_id', '=', deviceId);
  if (before !== null) select = select.where('alarm_id', '<', before);
  return (await select.orderBy('alarm_id', 'desc').limit(limit).execute()).map(toAlarm);
}

/** False: another report was taken meanwhile. */
async function moveMark(
  trx: OperatorTrx,
  deviceId: StoredAlarm['deviceId'],
  read: AlarmReportMark | undefined,
  next: AlarmReportMark,
): Promise<boolean> {
  const row = {
    journal_id: next.journalId,
    revision: next.revision,
    former_json: JSON.stringify(next.formerJournalIds),
  };
  if (read === undefined) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('operator_alarm_marks')
      .values({ device_id: deviceId, ...row })
      .onConflict((conflict) => conflict.column('device_id').doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  const { numUpdatedRows } = await trx
    .updateTable('operator_alarm_marks')
    .set(row)
    .where('device_id', '=', deviceId)
    .where('journal_id', '=', read.journalId)
    .where('revision', '=', read.revision)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** False: one of this code is open. */
async function insertAlarm(db: OperatorDb | OperatorTrx, alarm: StoredAlarm): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('operator_alarms')
    .values(toRow(alarm))
    .onConflict((conflict) => conflict.columns(['device_id', 'code']).where('cleared_at_ms', 'is', null).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

async function changeAlarm(
  db: OperatorDb | OperatorTrx,
  alarmId: StoredAlarm['alarmId'],
  change: AlarmChange,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('operator_alarms')
    .set(toChangedRow(change))
    .where('alarm_id', '=', alarmId)
    .where('cleared_at_ms', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Kysely leaves out what is undefined. */
function toChangedRow(change: AlarmChange) {
  return {
    severity: change.severity,
    source: change.source,
    raised_at_ms: change.raisedAtMs,
    last_raised_at_ms: change.lastRaisedAtMs,
    count: change.count,
    detail: change.detail,
    acknowledged_at_ms: change.acknowledgedAtMs,
    acknowledged_by: change.acknowledgedBy,
    acknowledge_note: change.acknowledgeNote,
    cleared_at_ms: change.clearedAtMs,
    cleared_by: change.clearedBy,
    clear_reason: change.clearReason,
    box_raised_at_ms: change.boxRaisedAtMs,
    report_jws: change.reportJws,
  };
}

function toRow({ alarmId, deviceId, code, ...rest }: StoredAlarm): AlarmTable {
  const row = toChangedRow(rest) as Omit<AlarmTable, 'alarm_id' | 'device_id' | 'code'>;
  return { alarm_id: alarmId, device_id: deviceId, code, ...row };
}

function toAlarm(row: AlarmTable): StoredAlarm {
  return {
    alarmId: row.alarm_id,
    deviceId: row.device_id,
    code: row.code,
    severity: row.severity,
    source: row.source,
    raisedAtMs: row.raised_at_ms,
    lastRaisedAtMs: row.last_raised_at_ms,
    count: row.count,
    detail: row.detail,
    acknowledgedAtMs: row.acknowledged_at_ms,
    acknowledgedBy: row.acknowledged_by,
    acknowledgeNote: row.acknowledge_note,
    clearedAtMs: row.cleared_at_ms,
    clearedBy: row.cleared_by,
    clearReason: row.clear_reason,
    boxRaisedAtMs: row.box_raised_at_ms,
    reportJws: row.report_jws,
  };
}
