import { createHash } from 'node:crypto';
import type { OrderBody } from '@scanpay/shared/api/commands.ts';
import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { CommandId, DeviceId, IdMaker } from '@scanpay/shared/ids.ts';
import type { CommandAttachment, CommandResult } from '@scanpay/shared/wire/command-messages.ts';
import { hasEnded, onOutcome, onSent, onTime } from '../../../core/commands/command-machine.ts';
import type { CommandStore, StoredCommand } from '../../../ports/command-store.ts';
import type { FleetStateStore } from '../../../ports/fleet-store.ts';
import type { Log } from '../../../ports/log.ts';
import type { DeviceStore } from '../../../ports/operator-store.ts';
import type { DevicePost } from '../device-post.ts';
import type { OperatorLimits } from '../operator-limits.ts';

/** Commands looked at in one sweep. */
const sweepLimit = 1_000;
const maxEarly = 100;
const usualLifeMs = 600_000;

export interface CommandDeskDeps {
  store: CommandStore & Pick<DeviceStore, 'findDevice'> & Pick<FleetStateStore, 'listOnline'>;
  post: DevicePost;
  ids: Pick<IdMaker, 'commandId'>;
  clock: Clock;
  limits: Pick<OperatorLimits, 'maxOpenCommands' | 'keepCommandsMs' | 'keepAttachmentsMs'>;
  log: Log;
}

export interface CommandDesk {
  /**
   * Queues a command, and sends it when the box is there. The same id with the same order gives the command that is
   * there. Codes: not_found (no such box), command_id_conflict, commands_waiting.
   */
  order(deviceId: DeviceId, body: OrderBody): Promise<Result<StoredCommand>>;
  /** The box has come back: what waits for it is sent, and what it has not answered is asked for. */
  boxOnline(deviceId: DeviceId): Promise<void>;
  takeResult(deviceId: DeviceId, message: CommandResult, jws: string): Promise<void>;
  takeAttachment(deviceId: DeviceId, message: CommandAttachment): Promise<void>;
  /** The file a command brought, whole and checked. Code: not_found. */
  readAttachment(commandId: CommandId): Promise<Result<Uint8Array>>;
  /** Sends again what has no answer, gives up what is over, drops what is old. */
  sweep(): Promise<void>;
}

/**
 * Commands to boxes. The operator says a command until the box has said what came of it, or its time is over; the box
 * does it once. So neither side has to know whether the other has heard.
 */
export function createCommandDesk(deps: CommandDeskDeps): CommandDesk {
  const { store, clock, limits, log } = deps;
  const send = createSender(deps);
  const sendOpen = async (deviceId: DeviceId): Promise<void> => {
    for (const command of await store.listOpenCommands(deviceId, limits.maxOpenCommands)) await send(command);
  };
  /** Results that were here before the last part of their attachment. */
  const early = new Map<CommandId, { message: CommandResult; jws: string }>();
  /** Another process may have been first; then its word stands. */
  const change = async (command: StoredCommand, by: Parameters<CommandStore['changeCommand']>[1] | null) => {
    if (by !== null) await store.changeCommand(command, by);
  };
  const takeResult: CommandDesk['takeResult'] = async (deviceId, message, jws) => {
    const { commandId, outcome } = message;
    const command = await store.findCommand(commandId);
    if (command?.deviceId !== deviceId) return log.warn({ deviceId, commandId }, 'result of a command never given');
    early.delete(commandId);
    if (outcome.kind === 'done' && outcome.attachment !== null && command.resultJws === null) {
      const { sha256 } = outcome.attachment;
      // If a part was lost on the way, the command is said again, and all of it comes again.
      if (!isWhole(await store.readAttachment(commandId, sha256), sha256)) {
        if (early.size < maxEarly) early.set(commandId, { message, jws });
        return;
      }
    }
    await change(command, onOutcome(command, outcome, jws, clock.nowMs()));
  };
  return {
    async order(deviceId, body) {
      const { order, requestedBy, expiresInMs = usualLifeMs, commandId = deps.ids.commandId() } = body;
      if ((await store.findDevice(deviceId)) === undefined) return refuse('not_found', 'no such box');
      const nowMs = clock.nowMs();
      const command = makeCommand({ commandId, deviceId, order, requestedBy, nowMs, expiresAtMs: nowMs + expiresInMs });
      const added = await store.addCommand(command, limits.maxOpenCommands);
      if (added === 'full') return refuse('commands_waiting');
      const stored = await store.findCommand(commandId);
      if (stored === undefined) return refuse('not_found');
      if (added === 'known') return isSame(stored, command) ? accept(stored) : refuse('command_id_conflict');
      log.info({ deviceId, commandId, kind: order.kind, requestedBy }, 'command');
      if ((await store.listOnline([deviceId])).length > 0) await send(stored);
      return accept((await store.findCommand(commandId)) ?? stored);
    },
    boxOnline: sendOpen,
    takeResult,
    async takeAttachment(deviceId, { commandId, sha256, part, data }) {
      const command = await store.findCommand(commandId);
      if (command?.deviceId !== deviceId || command.resultJws !== null) return;
      await store.putAttachmentPart(commandId, { sha256, part, data: Buffer.from(data, 'base64url') });
      const waiting = early.get(commandId);
      if (waiting !== undefined) await takeResult(deviceId, waiting.message, waiting.jws);
    },
    async readAttachment(commandId) {
      const attachment = (await store.findCommand(commandId))?.attachment ?? null;
      if (attachment === null) return refuse('not_found');
      const parts = await store.readAttachment(commandId, attachment.sha256);
      return isWhole(parts, attachment.sha256) ? accept(Buffer.concat(parts)) : refuse('not_found', 'no longer kept');
    },
    async sweep() {
      const nowMs = clock.nowMs();
      const open = await store.listOpenCommands(null, sweepLimit);
      const online = new Set(await store.listOnline([...new Set(open.map(({ deviceId }) => deviceId))]));
      for (const command of open) {
        const over = onTime(command, nowMs);
        if (over !== null) await change(command, over);
        else if (online.has(command.deviceId)) await send(command);
      }
      await store.dropOldCommands({
        attachmentsMs: nowMs - limits.keepAttachmentsMs,
        commandsMs: nowMs - limits.keepCommandsMs,
      });
    },
  };
}

/** Sends a command that has not ended; a broker that is away is no error, for it is said again. */
function createSender({ store, post, clock, log }: CommandDeskDeps) {
  return async (command: StoredCommand): Promise<void> => {
    const { commandId, deviceId, order, expiresAtMs } = command;
    if (hasEnded(command)) return;
    try {
      await post.deliver(deviceId, 'command', { type: 'command', commandId, order, expiresAtMs });
    } catch (err) {
      return log.info({ err, deviceId, commandId }, 'the command waits');
    }
    await store.changeCommand(command, onSent(command, clock.nowMs()));
  };
}

function isWhole(parts: readonly Uint8Array[], sha256: string): boolean {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url') === sha256;
}

const isSame = (stored: StoredCommand, command: StoredCommand): boolean =>
  stored.deviceId === command.deviceId && JSON.stringify(stored.order) === JSON.stringify(command.order);

function makeCommand({
  nowMs,
  ...given
}: Pick<StoredCommand, 'commandId' | 'deviceId' | 'order' | 'requestedBy' | 'expiresAtMs'> & {
  nowMs: number;
}): StoredCommand {
  return {
    ...given,
    state: 'queued',
    createdAtMs: nowMs,
    sentAtMs: null,
    acceptedAtMs: null,
    endedAtMs: null,
    code: null,
    detail: '',
    result: null,
    attachment: null,
    resultJws: null,
  };
}
