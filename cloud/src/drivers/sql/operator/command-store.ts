import type { CommandAttachmentInfo } from '@scanpay/shared/wire/command-messages.ts';
import type { CommandChange, CommandState, CommandStore, StoredCommand } from '../../../ports/command-store.ts';
import type { CommandTable } from './care-tables.ts';
import type { OperatorDb } from './transaction.ts';

/** Also of a state, so that the partial index is of use. */
const isOpen = 'ended_at_ms';

export function createCommandStore(db: OperatorDb): CommandStore {
  const all = () => db.selectFrom('operator_commands').selectAll();
  return {
    addCommand: (command, maxOpen) =>
      db.transaction().execute(async (trx) => {
        // Two at once may each see one less: the bound is a bound on carelessness, not on money.
        const known = await trx
          .selectFrom('operator_commands')
          .select('command_id')
          .where('command_id', '=', command.commandId)
          .executeTakeFirst();
        if (known !== undefined) return 'known';
        const { count } = await trx
          .selectFrom('operator_commands')
          .select(({ fn }) => fn.countAll<number | bigint | string>().as('count'))
          .where('device_id', '=', command.deviceId)
          .where(isOpen, 'is', null)
          .executeTakeFirstOrThrow();
        if (Number(count) >= maxOpen) return 'full';
        const inserted = await trx
          .insertInto('operator_commands')
          .values(toRow(command))
          .onConflict((conflict) => conflict.column('command_id').doNothing())
          .executeTakeFirstOrThrow();
        return inserted.numInsertedOrUpdatedRows === 1n ? 'added' : 'known';
      }),
    async findCommand(commandId) {
      const row = await all().where('command_id', '=', commandId).executeTakeFirst();
      return row && toCommand(row);
    },
    async listCommands(deviceId, before, limit) {
      let query = all().where('device_id', '=', deviceId);
      if (before !== null) query = query.where('command_id', '<', before);
      return (await query.orderBy('command_id', 'desc').limit(limit).execute()).map(toCommand);
    },
    async listOpenCommands(deviceId, limit) {
      let query = all().where(isOpen, 'is', null);
      if (deviceId !== null) query = query.where('device_id', '=', deviceId);
      return (await query.orderBy('created_at_ms').orderBy('command_id').limit(limit).execute()).map(toCommand);
    },
    async changeCommand({ commandId, state }, change) {
      const { numUpdatedRows } = await db
        .updateTable('operator_commands')
        .set(toChangedRow(change))
        .where('command_id', '=', commandId)
        .where('state', '=', state)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    ...createAttachments(db),
    async dropOldCommands({ attachmentsMs, commandsMs }) {
      await db
        .deleteFrom('operator_command_parts')
        .where('command_id', 'in', ({ selectFrom }) =>
          selectFrom('operator_commands').select('command_id').where('created_at_ms', '<', attachmentsMs),
        )
        .execute();
      await db
        .deleteFrom('operator_commands')
        .where('created_at_ms', '<', commandsMs)
        .where(isOpen, 'is not', null)
        .execute();
    },
    async countOpenCommands() {
      const rows = await db
        .selectFrom('operator_commands')
        .select(({ fn }) => ['state', fn.countAll<number | bigint | string>().as('count')])
        .where(isOpen, 'is', null)
        .groupBy('state')
        .execute();
      return Object.fromEntries(
        rows.map(({ state, count }) => [state, Number(count)] satisfies [CommandState, number]),
      );
    },
  };
}

function createAttachments(db: OperatorDb): Pick<CommandStore, 'putAttachmentPart' | 'readAttachment'> {
  return {
    putAttachmentPart: (commandId, { sha256, part, data }) =>
      db.transaction().execute(async (trx) => {
        const text = Buffer.from(data).toString('base64url');
        await trx
          .deleteFrom('operator_command_parts')
          .where('command_id', '=', commandId)
          .where('sha256', '<>', sha256)
          .execute();
        await trx
          .insertInto('operator_command_parts')
          .values({ command_id: commandId, part, sha256, data: text })
          .onConflict((conflict) => conflict.columns(['command_id', 'part']).doUpdateSet({ sha256, data: text }))
          .execute();
      }),
    async readAttachment(commandId, sha256) {
      const rows = await db
        .selectFrom('operator_command_parts')
        .select('data')
        .where('command_id', '=', commandId)
        .where('sha256', '=', sha256)
        .orderBy('part')
        .execute();
      return rows.map(({ data }) => Buffer.from(data, 'base64url'));
    },
  };
}

function toRow(command: StoredCommand): CommandTable {
  const { commandId, deviceId, order, requestedBy, createdAtMs, expiresAtMs, ...rest } = command;
  return {
    command_id: commandId,
    device_id: deviceId,
    order_json: JSON.stringify(order),
    requested_by: requestedBy,
    created_at_ms: createdAtMs,
    expires_at_ms: expiresAtMs,
    ...(toChangedRow(rest) as Omit<
      CommandTable,
      'command_id' | 'device_id' | 'order_json' | 'requested_by' | 'created_at_ms' | 'expires_at_ms'
    >),
  };
}

const jsonOf = (value: object | null | undefined): string | null | undefined =>
  value === null || value === undefined ? value : JSON.stringify(value);

/** Kysely leaves out what is undefined. */
function toChangedRow(change: CommandChange) {
  return {
    state: change.state,
    sent_at_ms: change.sentAtMs,
    accepted_at_ms: change.acceptedAtMs,
    ended_at_ms: change.endedAtMs,
    code: change.code,
    detail: change.detail,
    result_json: jsonOf(change.result),
    attachment_json: jsonOf(change.attachment),
    result_jws: change.resultJws,
  };
}

function toCommand(row: CommandTable): StoredCommand {
  return {
    commandId: row.command_id,
    deviceId: row.device_id,
    order: JSON.parse(row.order_json),
    requestedBy: row.requested_by,
    state: row.state,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    sentAtMs: row.sent_at_ms,
    acceptedAtMs: row.accepted_at_ms,
    endedAtMs: row.ended_at_ms,
    code: row.code,
    detail: row.detail,
    result: JSON.parse(row.result_json ?? 'null'),
    attachment: JSON.parse(row.attachment_json ?? 'null') as CommandAttachmentInfo | null,
    resultJws: row.result_jws,
  };
}
