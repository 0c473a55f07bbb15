import type { HealthCheck } from '../supervision/service-manager.ts';
import { createSupervision } from '../supervision/supervision.ts';
import { systemScheduler } from './system-scheduler.ts';
import { createSystemdManager } from './systemd-manager.ts';

/** A program that is up, as its `main.ts` has it. */
export interface RunningProgram {
  check: HealthCheck;
  stop(): Promise<void>;
  log: { warn(fields: object, text: string): void };
}

/** Tells systemd that the program is up and, again and again, how it is; and takes it down on SIGINT and SIGTERM. */
export async function superviseProcess({ check, stop, log }: RunningProgram): Promise<void> {
  const manager = createSystemdManager(process.env, process.pid, (err) => log.warn({ err }, 'systemd cannot be told'));
  const onTrouble = (trouble: string | undefined): void =>
    log.warn({ trouble }, trouble === undefined ? 'all is well again' : 'the watchdog is not fed');
  const supervision = createSupervision({ manager, scheduler: systemScheduler, check, onTrouble });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void supervision
        .stop()
        .then(stop)
        .then(() => process.exit(0));
    });
  }
  await supervision.ready();
}
