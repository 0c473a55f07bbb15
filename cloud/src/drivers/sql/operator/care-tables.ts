import type { AlarmSeverity } from '@scanpay/shared/alarm/alarm-codes.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { AlarmId, CommandId, DeviceId } from '@scanpay/shared/ids.ts';
import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { AlarmSource } from '../../../ports/alarm-store.ts';
import type { CommandState } from '../../../ports/command-store.ts';

export interface CommandTable {
  command_id: CommandId;
  device_id: DeviceId;
  order_json: string;
  requested_by: string;
  state: CommandState;
  created_at_ms: number;
  expires_at_ms: number;
  sent_at_ms: number | null;
  accepted_at_ms: number | null;
  ended_at_ms: number | null;
  code: ErrorCode | null;
  detail: string;
  result_json: string | null;
  attachment_json: string | null;
  result_jws: string | null;
}

export interface CommandPartTable {
  command_id: CommandId;
  part: number;
  sha256: string;
  /** base64url. */
  data: string;
}

export interface AlarmTable {
  alarm_id: AlarmId;
  device_id: DeviceId;
  code: string;
  severity: AlarmSeverity;
  source: AlarmSource;
  raised_at_ms: number;
  last_raised_at_ms: number;
  count: number;
  detail: string;
  acknowledged_at_ms: number | null;
  acknowledged_by: string | null;
  acknowledge_note: string | null;
  cleared_at_ms: number | null;
  cleared_by: string | null;
  clear_reason: string | null;
  box_raised_at_ms: number | null;
  report_jws: string | null;
}

export interface AlarmMarkTable {
  device_id: DeviceId;
  journal_id: string;
  revision: number;
  former_json: string;
}

/** Commands to boxes, and their alarms. */
export interface CareTables {
  operator_commands: CommandTable;
  operator_command_parts: CommandPartTable;
  operator_alarms: AlarmTable;
  operator_alarm_marks: AlarmMarkTable;
}

const filled = (column: ColumnDefinitionBuilder) => column.notNull();
const key = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

export async function createCareTables(db: Kysely<unknown>): Promise<void> {
  await createCommands(db);
  await createAlarms(db);
}

async function createCommands(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_commands')
    .addColumn('command_id', 'text', key)
    .addColumn('device_id', 'text', (column) => column.notNull().references('operator_devices.device_id'))
    .addColumn('order_json', 'text', filled)
    .addColumn('requested_by', 'text', filled)
    .addColumn('state', 'text', filled)
    .addColumn('created_at_ms', 'bigint', filled)
    .addColumn('expires_at_ms', 'bigint', filled)
    .addColumn('sent_at_ms', 'bigint')
    .addColumn('accepted_at_ms', 'bigint')
    .addColumn('ended_at_ms', 'bigint')
    .addColumn('code', 'text')
    .addColumn('detail', 'text', filled)
    .addColumn('result_json', 'text')
    .addColumn('attachment_json', 'text')
    .addColumn('result_jws', 'text')
    .addCheckConstraint(
      'operator_commands_state',
      sql`state in ('queued', 'sent', 'accepted', 'done', 'failed', 'expired')`,
    )
    .addCheckConstraint(
      'operator_commands_ended',
      sql`(ended_at_ms is null) = (state in ('queued', 'sent', 'accepted'))`,
    )
    .execute();
  await db.schema
    .createIndex('operator_commands_by_device')
    .on('operator_commands')
    .columns(['device_id', 'command_id'])
    .execute();
  await db.schema
    .createIndex('operator_commands_open')
    .on('operator_commands')
    .columns(['created_at_ms', 'command_id'])
    .where(sql.ref('ended_at_ms'), 'is', null)
    .execute();
  await db.schema.createIndex('operator_commands_by_time').on('operator_commands').column('created_at_ms').execute();
  await db.schema
    .createTable('operator_command_parts')
    .addColumn('command_id', 'text', (column) =>
      column.notNull().references('operator_commands.command_id').onDelete('cascade'),
    )
    .addColumn('part', 'integer', filled)
    .addColumn('sha256', 'text', filled)
    .addColumn('data', 'text', filled)
    .addPrimaryKeyConstraint('operator_command_parts_key', ['command_id', 'part'])
    .execute();
}

async function createAlarms(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operator_alarms')
    .addColumn('alarm_id', 'text', key)
    .addColumn('device_id', 'text', (column) => column.notNull().references('operator_devices.device_id'))
    .addColumn('code', 'text', filled)
    .addColumn('severity', 'text', filled)
    .addColumn('source', 'text', filled)
    .addColumn('raised_at_ms', 'bigint', filled)
    .addColumn('last_raised_at_ms', 'bigint', filled)
    .addColumn('count', 'integer', filled)
    .addColumn('detail', 'text', filled)
    .addColumn('acknowledged_at_ms', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('acknowledge_note', 'text')
    .addColumn('cleared_at_ms', 'bigint')
    .addColumn('cleared_by', 'text')
    .addColumn('clear_reason', 'text')
    .addColumn('box_raised_at_ms', 'bigint')
    .addColumn('report_jws', 'text')
    .addCheckConstraint('operator_alarms_severity', sql`severity in ('critical', 'major', 'minor', 'warning')`)
    .addCheckConstraint('operator_alarms_source', sql`source in ('box', 'operator')`)
    .addCheckConstraint('operator_alarms_acknowledged', sql`(acknowledged_at_ms is null) = (acknowledged_by is null)`)
    .addCheckConstraint('operator_alarms_cleared', sql`cleared_by is null or cleared_at_ms is not null`)
    .execute();
  await db.schema
    .createIndex('operator_alarms_open')
    .unique()
    .on('operator_alarms')
    .columns(['device_id', 'code'])
    .where(sql.ref('cleared_at_ms'), 'is', null)
    .execute();
  await db.schema
    .createIndex('operator_alarms_by_device')
    .on('operator_alarms')
    .columns(['device_id', 'alarm_id'])
    .execute();
  await db.schema.createIndex('operator_alarms_cleared').on('operator_alarms').column('cleared_at_ms').execute();
  await db.schema
    .createTable('operator_alarm_marks')
    .addColumn('device_id', 'text', key)
    .addColumn('journal_id', 'text', filled)
    .addColumn('revision', 'bigint', filled)
    .addColumn('former_json', 'text', filled)
    .execute();
}
