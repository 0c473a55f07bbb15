import { createHash } from 'node:crypto';
import type { Clock } from '@scanpay/shared/clock.ts';
import { findCommandKind } from '@scanpay/shared/command/command-kinds.ts';
import { accept, type ErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { CommandId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import {
  attachmentPartBytes,
  type Command,
  type CommandEnd,
  type CommandOrder,
} from '@scanpay/shared/wire/command-messages.ts';
import type { CommandRecord, Journal } from '../../ports/journal.ts';
import type { Log } from '../deps.ts';
import type { Draft } from '../mailroom.ts';
import type { CommandRunner, CommandYield } from './command-runner.ts';
import { createSerialQueue } from './serial-queue.ts';

/** Commands waiting at most; the operator says it again. */
const maxQueued = 32;
/** Commands the journal remembers at most; those that have expired are forgotten first. */
const maxRemembered = 1_000;

export interface CommandDeskDeps {
  journal: Journal;
  clock: Clock & { isTrusted(): boolean };
  runners: readonly CommandRunner[];
  send(draft: Draft): Promise<unknown>;
  log: Log;
  onFatal(error: unknown): void;
}

/**
 * Commands of the operator, one after the other: each is journalled before it is begun and once it has ended, so that it
 * is done at most once, whatever is repeated and whenever the power fails. A repeated one is answered from the journal.
 */
export function createCommandDesk(deps: CommandDeskDeps) {
  const { journal, clock } = deps;
  const queue = createSerialQueue({ maxQueued, onFatal: deps.onFatal });
  const answer = createAnswerer(deps);
  /** Ended, and not told since the last connect or start. */
  const untold = new Set<CommandId>();
  let linkUp = false;

  const end = async (commandId: CommandId, outcome: Result<CommandYield>): Promise<void> => {
    const { ended, attachment } = toEnd(outcome);
    journal.commit([{ op: 'end-command', commandId, end: ended, attachment }]);
    deps.log.info({ commandId, outcome: ended.kind }, 'command ended');
    if (linkUp) await answer(commandId, ended, attachment);
    else untold.add(commandId);
  };
  /** Whether one has expired is not known before the clock is trusted. */
  let early: Command[] = [];
  const handle = createHandler(deps, { answer, end }, (command) => {
    early = [...early.filter(({ commandId }) => commandId !== command.commandId), command].slice(-maxQueued);
  });
  const take = (command: Command): void => queue.add(() => handle(command));
  return {
    /** Those that were under way when the last process ended; nothing is done again. */
    start(): void {
      for (const { commandId, order } of journal.unendedCommands()) {
        const runner = findRunner(deps.runners, order);
        const resumed = (runner.ok ? runner.value.resume?.(order) : undefined) ?? refuse('command_interrupted');
        queue.add(() => end(commandId, resumed));
      }
    },
    take,
    clockChanged(): void {
      if (!clock.isTrusted()) return;
      const waiting = early;
      early = [];
      for (const command of waiting) take(command);
    },
    linkChanged(up: boolean): void {
      linkUp = up;
      if (!up) return;
      for (const commandId of untold) {
        const ended = journal.findCommand(commandId)?.end ?? null;
        if (ended !== null) queue.add(() => answer(commandId, ended, journal.findCommandAttachment(commandId)));
      }
      untold.clear();
    },
    /** Waits for the one under way. */
    stop: queue.stop,
  };
}

interface Told {
  answer(commandId: CommandId, ended: CommandEnd, attachment: Uint8Array | null): Promise<void>;
  end(commandId: CommandId, outcome: Result<CommandYield>): Promise<void>;
}

/** What is done with one command as its turn comes. */
function createHandler(deps: CommandDeskDeps, { answer, end }: Told, wait: (command: Command) => void) {
  const { journal, clock, runners, send, log } = deps;
  const accepted = (commandId: CommandId) => send({ type: 'command.result', commandId, outcome: { kind: 'accepted' } });

  const repeat = async (known: CommandRecord, order: CommandOrder): Promise<void> => {
    const { commandId, end: ended } = known;
    if (JSON.stringify(known.order) !== JSON.stringify(order)) {
      return log.error({ commandId, code: 'command_id_conflict' }, 'command refused');
    }
    if (ended === null) await accepted(commandId);
    else await answer(commandId, ended, journal.findCommandAttachment(commandId));
  };
  const carryOut = async (runner: CommandRunner, order: CommandOrder): Promise<Result<CommandYield> | 'ending'> => {
    try {
      return await runner.run(order);
    } catch (err) {
      log.error({ err, kind: runner.kind }, 'command failed');
      return refuse('internal', runner.kind);
    }
  };
  return async (command: Command): Promise<void> => {
    const { commandId, order, expiresAtMs } = command;
    const known = journal.findCommand(commandId);
    if (known !== null) return repeat(known, order);
    if (!clock.isTrusted()) return wait(command);
    const takenAtMs = clock.nowMs();
    if (takenAtMs >= expiresAtMs) return answer(commandId, toFailed('command_expired'), null);
    if (journal.countCommands() >= maxRemembered) return answer(commandId, toFailed('commands_waiting'), null);
    const runner = findRunner(runners, order);
    const refused = runner.ok ? runner.value.check?.(order) : runner;
    journal.commit([{ op: 'take-command', command: { commandId, order, expiresAtMs, takenAtMs } }]);
    if (refused?.ok === false) return end(commandId, refused);
    if (!runner.ok) return;
    log.info({ commandId, kind: order.kind }, 'command');
    await accepted(commandId);
    const outcome = await carryOut(runner.value, order);
    if (outcome !== 'ending') await end(commandId, outcome);
  };
}

const toFailed = (code: ErrorCode, detail = ''): CommandEnd => ({ kind: 'failed', code, detail: detail.slice(0, 200) });

function toEnd(outcome: Result<CommandYield>): { ended: CommandEnd; attachment: Uint8Array | null } {
  if (!outcome.ok) return { ended: toFailed(outcome.code, outcome.detail), attachment: null };
  const { result, attachment = null } = outcome.value;
  if (attachment === null) return { ended: { kind: 'done', result, attachment }, attachment };
  const sizeBytes = attachment.length;
  const partCount = Math.ceil(sizeBytes / attachmentPartBytes);
  return {
    ended: { kind: 'done', result, attachment: { sha256: hash(attachment), sizeBytes, partCount } },
    attachment,
  };
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

/** Codes: command_unknown, invalid_input. */
function findRunner(runners: readonly CommandRunner[], order: CommandOrder): Result<CommandRunner> {
  const kind = findCommandKind(order.kind);
  const runner = runners.find((each) => each.kind === order.kind);
  if (kind === undefined || runner === undefined) return refuse('command_unknown', order.kind);
  const parsed = createParser(kind.order)(order);
  return parsed.ok ? accept(runner) : refuse(parsed.code, parsed.detail);
}

/** Sends what came of a command: the parts of its attachment first, so that the result finds them there. */
function createAnswerer({ send }: Pick<CommandDeskDeps, 'send'>) {
  return async (commandId: CommandId, outcome: CommandEnd, attachment: Uint8Array | null): Promise<void> => {
    const bytes = Buffer.from(attachment ?? []);
    const info = outcome.kind === 'done' ? outcome.attachment : null;
    for (let part = 0; info !== null && part < info.partCount; part++) {
      const data = bytes.subarray(part * attachmentPartBytes, (part + 1) * attachmentPartBytes).toString('base64url');
      // The journal keeps the attachments of the last commands only.
      if (data === '') break;
      await send({ type: 'command.attachment', commandId, sha256: info.sha256, part, data });
    }
    await send({ type: 'command.result', commandId, outcome });
  };
}
