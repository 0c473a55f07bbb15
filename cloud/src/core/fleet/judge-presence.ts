import type { Presence } from '@scanpay/shared/wire/presence-message.ts';
import type { PresenceState } from '../../ports/fleet-store.ts';

/** Of a flapping line the broker may tell in any order, but not of sessions so long ago. */
const maxEndedSessions = 8;

/**
 * What a birth or a last will makes of a box's presence. Null: it says nothing new, or nothing true any more:
 *
 * - a will of a session that is not the one now (the broker notices a lost connection long after the box has made its
 *   next one);
 * - anything of a session that is over;
 * - a retained birth older than the session now: a broker that was restored from a backup.
 */
export function judgePresence(
  known: PresenceState | undefined,
  { sessionId, online }: Pick<Presence, 'sessionId' | 'online'>,
  { retained, nowMs }: { retained: boolean; nowMs: number },
): PresenceState | null {
  if (known === undefined) return { sessionId, online, sinceMs: nowMs, endedSessions: online ? [] : [sessionId] };
  if (known.endedSessions.includes(sessionId)) return null;
  const isSame = sessionId === known.sessionId;
  // Made by the box's clock, which may have been set back: only where nothing better is known.
  const isOlder = sessionId < known.sessionId;
  if (online) {
    if (isSame) return known.online ? null : { ...known, online: true, sinceMs: nowMs };
    if (retained && isOlder) return null;
    return { sessionId, online: true, sinceMs: nowMs, endedSessions: remember(known.endedSessions, known.sessionId) };
  }
  if (!isSame && isOlder) return null;
  const ended = isSame ? [sessionId] : [known.sessionId, sessionId];
  const sinceMs = known.online ? nowMs : known.sinceMs;
  return { sessionId, online: false, sinceMs, endedSessions: remember(known.endedSessions, ...ended) };
}

const remember = (ended: readonly string[], ...more: string[]): string[] =>
  [...ended.filter((each) => !more.includes(each)), ...more].slice(-maxEndedSessions);
