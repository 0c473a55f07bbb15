import type { CommandOutcome } from '@scanpay/shared/wire/command-messages.ts';
import type { CommandChange, StoredCommand } from '../../ports/command-store.ts';

/** How long after a command's expiry its result is still asked for, once the box has taken it. */
export const resultGraceMs = 15 * 60_000;

export const hasEnded = ({ endedAtMs }: StoredCommand): boolean => endedAtMs !== null;

/** The broker has it. A command that the box has taken stays so: it was only said again. */
export function onSent({ state }: StoredCommand, nowMs: number): CommandChange {
  return { sentAtMs: nowMs, ...(state === 'queued' ? { state: 'sent' } : {}) };
}

/**
 * The box's own word; null: nothing new. It goes over what the operator had made of its silence (`expired`,
 * `command_unanswered`), but never over an earlier word of the box.
 */
export function onOutcome(
  command: StoredCommand,
  outcome: CommandOutcome,
  resultJws: string,
  nowMs: number,
): CommandChange | null {
  if (command.resultJws !== null) return null;
  if (outcome.kind === 'accepted') {
    if (hasEnded(command) || command.state === 'accepted') return null;
    return { state: 'accepted', acceptedAtMs: nowMs };
  }
  const ended = { endedAtMs: nowMs, resultJws, acceptedAtMs: command.acceptedAtMs ?? nowMs };
  if (outcome.kind === 'failed') {
    const { code, detail } = outcome;
    return { ...ended, state: code === 'command_expired' ? 'expired' : 'failed', code, detail };
  }
  const { result, attachment } = outcome;
  return { ...ended, state: 'done', code: null, detail: '', result, attachment };
}

/** What the operator makes of silence; null: it still waits. */
export function onTime(command: StoredCommand, nowMs: number): CommandChange | null {
  if (hasEnded(command) || nowMs < command.expiresAtMs) return null;
  if (command.state !== 'accepted') return { state: 'expired', endedAtMs: nowMs, code: 'command_expired' };
  if (nowMs < command.expiresAtMs + resultGraceMs) return null;
  return { state: 'failed', endedAtMs: nowMs, code: 'command_unanswered' };
}
