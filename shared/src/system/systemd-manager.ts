import { write } from 'node:fs';
import { promisify } from 'node:util';
import type { ServiceManager, ServiceWords } from '../supervision/service-manager.ts';

const writeFd = promisify(write);
/** Of sd_notify(3). A status is one line, and bounded: it is shown, not stored. */
const states = { ready: 'READY=1', stopping: 'STOPPING=1', alive: 'WATCHDOG=1' } as const;
const maxStatusLength = 200;

/**
 * systemd as it is reached from Node, which has no datagram sockets of the Unix kind: `systemd/with-notify-socket` has
 * opened one and left it as the file NOTIFY_FD. Without it there is nobody to tell, and nothing is told.
 *
 * @param env the process's own; NOTIFY_FD and WATCHDOG_* are taken out of it, for programs started from here are no
 *   business of systemd's
 * @param onProblem told once in a row when a word does not reach systemd
 */
export function createSystemdManager(
  env: NodeJS.ProcessEnv,
  pid: number,
  onProblem: (error: unknown) => void,
): ServiceManager {
  const { NOTIFY_FD: fdText, WATCHDOG_USEC: termText, WATCHDOG_PID: watchedText } = env;
  for (const name of ['NOTIFY_FD', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  const fd = readCount(fdText);
  const isWatched = fd !== undefined && (watchedText === undefined || Number(watchedText) === pid);
  const termUs = isWatched ? readCount(termText) : undefined;
  let failedBefore = false;
  return {
    watchdogMs: termUs === undefined ? undefined : termUs / 1000,
    async tell(words) {
      if (fd === undefined) return;
      try {
        await writeFd(fd, Buffer.from(spell(words)));
        failedBefore = false;
      } catch (error) {
        if (!failedBefore) onProblem(error);
        failedBefore = true;
      }
    },
  };
}

function spell({ state, status }: ServiceWords): string {
  const line = status?.replaceAll(/\s+/g, ' ').slice(0, maxStatusLength);
  return [...(state === undefined ? [] : [states[state]]), ...(line === undefined ? [] : [`STATUS=${line}`])].join(
    '\n',
  );
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined;
}
