import { noTimer, type Scheduler } from '../clock.ts';
import type { HealthCheck, ServiceManager } from './service-manager.ts';

/** A look that takes longer than this finds nothing good. */
const checkDeadlineMs = 10_000;
/** Looks within one term of the watchdog: two may fail. */
const looksPerTerm = 3;

/**
 * Tells the service manager how this program is. The watchdog is fed only after a look that found everything well, so a
 * program that runs and does not work is started again, as one that hangs.
 */
export function createSupervision(deps: {
  manager: ServiceManager;
  scheduler: Scheduler;
  check: HealthCheck;
  /** Told of every change from well to unwell, and back (undefined). */
  onTrouble: (trouble: string | undefined) => void;
}) {
  const { manager, scheduler, check, onTrouble } = deps;
  const pauseMs = manager.watchdogMs === undefined ? undefined : manager.watchdogMs / looksPerTerm;
  let cancelTimer = noTimer;
  let stopped = false;
  let trouble: string | undefined;

  const look = async (): Promise<void> => {
    const found = await withDeadline(scheduler, check).catch((error: unknown) => String(error));
    if (stopped) return;
    if (found !== trouble) {
      trouble = found;
      onTrouble(found);
    }
    await manager.tell(found === undefined ? { state: 'alive', status: 'working' } : { status: `unwell: ${found}` });
    lookLater();
  };
  const lookLater = (): void => {
    if (pauseMs === undefined || stopped) return;
    cancelTimer = scheduler.after(pauseMs, () => void look());
  };

  return {
    /** Called once everything is up: whoever waits for this service goes on. */
    async ready(): Promise<void> {
      await manager.tell({ state: 'ready', status: 'working' });
      lookLater();
    },
    /** Called before anything is taken down. */
    async stop(): Promise<void> {
      stopped = true;
      cancelTimer();
      await manager.tell({ state: 'stopping', status: 'stopping' });
    },
  };
}

/** @returns what `check` found, or that it found nothing in time. */
function withDeadline(scheduler: Scheduler, check: HealthCheck): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = scheduler.after(checkDeadlineMs, () => resolve(`no answer within ${checkDeadlineMs / 1000} s`));
    check().then(resolve, reject).finally(cancel);
  });
}
