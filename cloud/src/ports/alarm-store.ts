import type { AlarmSeverity } from '@scanpay/shared/alarm/alarm-codes.ts';
import type { AlarmId, DeviceId } from '@scanpay/shared/ids.ts';

export type AlarmSource = 'box' | 'operator';
export type AlarmState = 'raised' | 'acknowledged' | 'cleared';

/** One alarm of a box, from its raising to its clearing. Of one box and code, one at most is not cleared. */
export interface StoredAlarm {
  alarmId: AlarmId;
  deviceId: DeviceId;
  code: string;
  severity: AlarmSeverity;
  source: AlarmSource;
  raisedAtMs: number;
  /** When it was last seen to begin again. */
  lastRaisedAtMs: number;
  count: number;
  detail: string;
  acknowledgedAtMs: number | null;
  acknowledgedBy: string | null;
  acknowledgeNote: string | null;
  clearedAtMs: number | null;
  /** Who of the staff cleared it; null: its source did. */
  clearedBy: string | null;
  clearReason: string | null;
  /** The box's own time of its beginning; null: raised by the operator. */
  boxRaisedAtMs: number | null;
  /** The report that raised it (JWS): evidence. */
  reportJws: string | null;
}

/** The last report of a box, so that a late or repeated one is known. */
export interface AlarmReportMark {
  journalId: string;
  revision: number;
  /** Journals the box had before, newest first. */
  formerJournalIds: string[];
}

export type AlarmChange = Partial<Omit<StoredAlarm, 'alarmId' | 'deviceId' | 'code'>>;

/** What a report changes. */
export interface AlarmChanges {
  raise: StoredAlarm[];
  change: { alarmId: AlarmId; change: AlarmChange }[];
}

export interface AlarmQuery {
  state: AlarmState | 'open' | null;
  severity: AlarmSeverity | null;
  deviceId: DeviceId | null;
  /** The last alarm of the page before. */
  before: AlarmId | null;
  limit: number;
}

export interface AlarmStore {
  findAlarm(alarmId: AlarmId): Promise<StoredAlarm | undefined>;
  /** Newest first. */
  listAlarms(query: AlarmQuery): Promise<StoredAlarm[]>;
  /** Open ones, and those of the last hundred that staff cleared: what a report is compared with. */
  listBoxAlarms(deviceId: DeviceId): Promise<StoredAlarm[]>;
  findReportMark(deviceId: DeviceId): Promise<AlarmReportMark | undefined>;
  /** All or nothing. False: the mark is not the one that was read any more. */
  takeReport(
    deviceId: DeviceId,
    marks: { read: AlarmReportMark | undefined; next: AlarmReportMark },
    changes: AlarmChanges,
  ): Promise<boolean>;
  /** Opens it, unless the box has one of this code open. False: it has. */
  raiseAlarm(alarm: StoredAlarm): Promise<boolean>;
  findOpenAlarm(deviceId: DeviceId, code: string): Promise<StoredAlarm | undefined>;
  /** Boxes that have it open, at most `limit`. */
  listBoxesWithOpen(code: string, limit: number): Promise<DeviceId[]>;
  /** False: it is cleared already. */
  changeOpenAlarm(alarmId: AlarmId, change: AlarmChange): Promise<boolean>;
  countOpenAlarms(): Promise<Partial<Record<AlarmSeverity, number>>>;
  /** Drops what was cleared before. */
  dropOldAlarms(clearedBeforeMs: number): Promise<void>;
}
