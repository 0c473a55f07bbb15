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
  /**
   * Opens another session and goes over to it, as when the certificate is a new one. The broker ends the one before,
   * which nobody is told unless the new one does not come about; `onState(true)` is repeated when it has.
   */
  renew(): void;
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

async function pause(scheduler: Scheduler, delayMs: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const cancel = scheduler.after(delayMs, over.resolve);
  const forget = whileOpen(signal, over.resolve);
  await over.promise;
  cancel();
  forget();
}

/** Undefined: it did not come about, or could not be made ready. */
async function openSession(options: SessionKeeperOptions, signal: AbortSignal): Promise<MqttSession | undefined> {
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
    if (!signal.aborted) options.onProblem(error instanceof Error ? error.message : String(error));
    opened?.cut('not usable');
    await opened?.ended;
    return undefined;
  } finally {
    forget();
  }
}

export function createSessionKeeper(options: SessionKeeperOptions): SessionKeeper {
  const { scheduler, policy, randomBytes, onState, onProblem } = options;
  let abort = new AbortController();
  let session: MqttSession | undefined;
  let loop: Promise<void> | undefined;
  /** What takes the place of the session in use. */
  let successor: Promise<MqttSession | undefined> | undefined;

  const takeSuccessor = async (signal: AbortSignal): Promise<MqttSession | undefined> => {
    const next = await successor;
    successor = undefined;
    if (!signal.aborted) return next;
    next?.cut('stopped');
    await next?.ended;
    return undefined;
  };

  /** True: the session was a stable one. */
  const useOne = async (opened: MqttSession, signal: AbortSignal): Promise<boolean> => {
    let stable = false;
    const cancelStable = scheduler.after(stableAfterMs, () => {
      stable = true;
    });
    let reason = '';
    for (let used: MqttSession | undefined = opened; used !== undefined; used = await takeSuccessor(signal)) {
      session = used;
      onState(true);
      reason = await used.ended;
      session = undefined;
    }
    cancelStable();
    onState(false);
    if (!signal.aborted) onProblem(reason);
    return stable;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    let attempt = 0;
    while (!signal.aborted) {
      const opened = await openSession(options, signal);
      if (opened !== undefined && (await useOne(opened, signal))) attempt = 0;
      await pause(scheduler, reconnectDelayMs(attempt, policy, randomBytes), signal);
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
    renew() {
      const old = session;
      if (old === undefined || successor !== undefined) return;
      const opening = openSession(options, abort.signal);
      successor = opening;
      void opening.then((next) => {
        // The old one goes on when there is no other.
        if (next !== undefined) old.cut('another took its place');
        else if (successor === opening && session === old) successor = undefined;
      });
    },
    current: () => session,
  };
}
