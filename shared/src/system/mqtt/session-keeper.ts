import type { RandomBytes, Scheduler } from '../../clock.ts';
import { type ReconnectPolicy, reconnectDelayMs } from '../../wire/reconnect-delay.ts';
import type { MqttSession } from './mqtt-session.ts';

export interface SessionKeeperOptions {
  /** Opens a session; rejects if that fails or `signal` is aborted. */
  connect: (signal: AbortSignal) => Promise<MqttSession>;
  /** Makes the session ready for use (subscriptions, birth); rejects if that fails. */
  prepare: (session: MqttSession) => Promise<void>;
  policy: ReconnectPolicy;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  onState: (connected: boolean) => void;
  /** Why a session ended or did not come about; for the log. */
  onProblem: (detail: string) => void;
}

/** Keeps one session open: whenever it has ended, opens a new one after a growing delay. */
export interface SessionKeeper {
  start(): void;
  /** `farewell` gets the open session, if there is one, and must end it. */
  stop(farewell: (session: MqttSession) => Promise<void>): Promise<void>;
  /** The session in use; undefined while there is none. */
  current(): MqttSession | undefined;
}

/** A session that lasted this long was a good one: the next delay is the first again. */
const stableAfterMs = 10_000;

/** Runs `onAbort` if `signal` is aborted before the returned function is called. */
function whileOpen(signal: AbortSignal, onAbort: () => void): () => void {
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  return () => signal.removeEventListener('abort', onAbort);
}

export function createSessionKeeper(options: SessionKeeperOptions): SessionKeeper {
  const { scheduler, policy, randomBytes, onState, onProblem } = options;
  let abort = new AbortController();
  let session: MqttSession | undefined;
  let loop: Promise<void> | undefined;

  const pause = async (delayMs: number, signal: AbortSignal): Promise<void> => {
    const over = Promise.withResolvers<void>();
    const cancel = scheduler.after(delayMs, over.resolve);
    const forget = whileOpen(signal, over.resolve);
    await over.promise;
    cancel();
    forget();
  };

  const openOne = async (signal: AbortSignal): Promise<MqttSession | undefined> => {
    let opened: MqttSession | undefined;
    let forget = (): void => undefined;
    try {
      const connected = await options.connect(signal);
      opened = connected;
      forget = whileOpen(signal, () => connected.cut('stopped'));
      await options.prepare(connected);
      signal.throwIfAborted();
      return connected;
    } catch (error) {
      if (!signal.aborted) onProblem(error instanceof Error ? error.message : String(error));
      opened?.cut('not usable');
      await opened?.ended;
      return undefined;
    } finally {
      forget();
    }
  };

  /** True: the session was a stable one. */
  const useOne = async (opened: MqttSession, signal: AbortSignal): Promise<boolean> => {
    let stable = false;
    const cancelStable = scheduler.after(stableAfterMs, () => {
      stable = true;
    });
    session = opened;
    onState(true);
    const reason = await opened.ended;
    cancelStable();
    session = undefined;
    onState(false);
    if (!signal.aborted) onProblem(reason);
    return stable;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    let attempt = 0;
    while (!signal.aborted) {
      const opened = await openOne(signal);
      if (opened !== undefined && (await useOne(opened, signal))) attempt = 0;
      await pause(reconnectDelayMs(attempt, policy, randomBytes), signal);
      attempt += 1;
    }
  };

  return {
    start() {
      if (loop !== undefined) return;
      abort = new AbortController();
      loop = run(abort.signal);
    },
    async stop(farewell) {
      abort.abort();
      if (session !== undefined) await farewell(session);
      await loop;
      loop = undefined;
    },
    current: () => session,
  };
}
