import type { CommandId } from '@scanpay/shared/ids.ts';
import type Database from 'better-sqlite3';
import type { CommandRecord, Journal, JournalChange } from '../../ports/journal.ts';

/** Commands of the operator and the box's alarms. */
export const careTables = `
  CREATE TABLE commands (
    command_id     TEXT PRIMARY KEY,
    order_text     TEXT NOT NULL,
    expires_at_ms  INTEGER NOT NULL,
    taken_at_ms    INTEGER NOT NULL,
    end_text       TEXT,
    attachment     BLOB
  ) STRICT;
  CREATE INDEX commands_unended ON commands (taken_at_ms) WHERE end_text IS NULL;
  CREATE INDEX commands_by_expiry ON commands (expires_at_ms);
  CREATE TABLE alarms (
    only_one       INTEGER PRIMARY KEY CHECK (only_one = 1),
    record         TEXT NOT NULL
  ) STRICT;
`;

/** A command is remembered for longer than it is good, so that a late repetition finds its answer. */
const rememberMs = 86_400_000;
const maxAttachments = 3;

type CareChange = Extract<JournalChange, { op: 'take-command' | 'end-command' | 'store-alarms' }>;

export function prepareCareWrites(db: Database.Database): (change: CareChange) => Database.RunResult {
  const take = db.prepare(`
    INSERT INTO commands (command_id, order_text, expires_at_ms, taken_at_ms)
    VALUES (@commandId, @order, @expiresAtMs, @takenAtMs)`);
  const forget = db.prepare('DELETE FROM commands WHERE expires_at_ms < ? AND end_text IS NOT NULL');
  const end = db.prepare(`
    UPDATE commands SET end_text = @end, attachment = @attachment WHERE command_id = @commandId AND end_text IS NULL`);
  const dropAttachments = db.prepare(`
    UPDATE commands SET attachment = NULL WHERE attachment IS NOT NULL AND command_id NOT IN (
      SELECT command_id FROM commands WHERE attachment IS NOT NULL ORDER BY taken_at_ms DESC, rowid DESC LIMIT ?)`);
  const storeAlarms = db.prepare('INSERT OR REPLACE INTO alarms (only_one, record) VALUES (1, ?)');
  return (change) => {
    switch (change.op) {
      case 'take-command': {
        const { order, ...rest } = change.command;
        forget.run(rest.takenAtMs - rememberMs);
        return take.run({ ...rest, order: JSON.stringify(order) });
      }
      case 'end-command': {
        const { commandId, attachment } = change;
        const ended = end.run({ commandId, attachment, end: JSON.stringify(change.end) });
        if (attachment !== null) dropAttachments.run(maxAttachments);
        return ended;
      }
      case 'store-alarms':
        return storeAlarms.run(JSON.stringify(change.alarms));
    }
  };
}

interface CommandRow {
  command_id: string;
  order_text: string;
  expires_at_ms: number;
  taken_at_ms: number;
  end_text: string | null;
}

type CareReads = Pick<
  Journal,
  'findCommand' | 'findCommandAttachment' | 'unendedCommands' | 'countCommands' | 'alarms'
>;

export function prepareCareReads(db: Database.Database): CareReads {
  const columns = 'command_id, order_text, expires_at_ms, taken_at_ms, end_text';
  const find = db.prepare<[string], CommandRow>(`SELECT ${columns} FROM commands WHERE command_id = ?`);
  const unended = db.prepare<[], CommandRow>(
    `SELECT ${columns} FROM commands WHERE end_text IS NULL ORDER BY taken_at_ms, rowid`,
  );
  const attachment = db.prepare<[string], { attachment: Buffer | null }>(
    'SELECT attachment FROM commands WHERE command_id = ?',
  );
  const count = db.prepare<[], { count: number }>('SELECT COUNT(*) AS count FROM commands');
  const alarms = db.prepare<[], { record: string }>('SELECT record FROM alarms');
  return {
    findCommand: (commandId) => toCommand(find.get(commandId)),
    findCommandAttachment: (commandId) => attachment.get(commandId)?.attachment ?? null,
    unendedCommands: () => unended.all().flatMap((row) => toCommand(row) ?? []),
    countCommands: () => count.get()?.count ?? 0,
    alarms: () => JSON.parse(alarms.get()?.record ?? 'null'),
  };
}

function toCommand(row: CommandRow | undefined): CommandRecord | null {
  if (row === undefined) return null;
  return {
    commandId: row.command_id as CommandId,
    order: JSON.parse(row.order_text),
    expiresAtMs: row.expires_at_ms,
    takenAtMs: row.taken_at_ms,
    end: JSON.parse(row.end_text ?? 'null'),
  };
}
