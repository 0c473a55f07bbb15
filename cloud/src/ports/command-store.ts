import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { CommandId, DeviceId } from '@scanpay/shared/ids.ts';
import type { CommandAttachmentInfo, CommandOrder } from '@scanpay/shared/wire/command-messages.ts';

/**
 * `queued`: the box was not there. `sent`: on its way, not heard of. `accepted`: in the box's journal. `expired`: the box
 * had not said that it took it when its time was over.
 */
export type CommandState = 'queued' | 'sent' | 'accepted' | 'done' | 'failed' | 'expired';

/** A command to a box, and what is known of it. */
export interface StoredCommand {
  commandId: CommandId;
  deviceId: DeviceId;
  order: CommandOrder;
  /** Who of the staff gave it. */
  requestedBy: string;
  state: CommandState;
  createdAtMs: number;
  expiresAtMs: number;
  /** The last time it was sent. */
  sentAtMs: number | null;
  acceptedAtMs: number | null;
  endedAtMs: number | null;
  /** Why it failed. */
  code: ErrorCode | null;
  detail: string;
  result: Record<string, unknown> | null;
  attachment: CommandAttachmentInfo | null;
  /** The box's own word, signed (JWS): evidence. Null: the operator gave it up by itself. */
  resultJws: string | null;
}

export type CommandChange = Partial<
  Omit<StoredCommand, 'commandId' | 'deviceId' | 'order' | 'requestedBy' | 'createdAtMs' | 'expiresAtMs'>
>;

export interface CommandStore {
  /**
   * Queues it, unless its id is there already (`known`), or the box has as many that have not ended (`full`).
   */
  addCommand(command: StoredCommand, maxOpen: number): Promise<'added' | 'known' | 'full'>;
  findCommand(commandId: CommandId): Promise<StoredCommand | undefined>;
  /** Newest first; those before `before`, where it is given. */
  listCommands(deviceId: DeviceId, before: CommandId | null, limit: number): Promise<StoredCommand[]>;
  /** Not ended yet, oldest first; of one box, or of all. */
  listOpenCommands(deviceId: DeviceId | null, limit: number): Promise<StoredCommand[]>;
  /** False: it was not in the state it was read in. */
  changeCommand(command: Pick<StoredCommand, 'commandId' | 'state'>, change: CommandChange): Promise<boolean>;
  /** Keeps one part of a command's attachment; parts of another attachment of the same command go. */
  putAttachmentPart(commandId: CommandId, part: { sha256: string; part: number; data: Uint8Array }): Promise<void>;
  /** In order; those that are there. */
  readAttachment(commandId: CommandId, sha256: string): Promise<Uint8Array[]>;
  /** Drops what was created before: attachments, and whole commands that have ended. */
  dropOldCommands(before: { attachmentsMs: number; commandsMs: number }): Promise<void>;
  /** Commands that have not ended, by state. */
  countOpenCommands(): Promise<Partial<Record<CommandState, number>>>;
}
