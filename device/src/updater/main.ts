import { parseArgs } from 'node:util';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import pino from 'pino';
import { createHttpReleaseSource } from '../drivers/update/http-release-source.ts';
import { ownArch } from '../drivers/update/own-release.ts';
import { createReleaseFolder } from '../drivers/update/release-folder.ts';
import { createSocketBoxControl } from '../drivers/update/socket-box-control.ts';
import { createUpdaterCheck } from '../drivers/update/updater-check.ts';
import type { ReleaseDisk } from '../ports/update.ts';
import { type UpdaterConfig, UpdaterConfigSchema } from './config.ts';
import { createUpdater, recoverReleases } from './updater.ts';

/** The updater, put together; `wrapDisk` is for whoever pulls the plug on it. */
export function createOwnUpdater(config: UpdaterConfig, path: string, wrapDisk = (disk: ReleaseDisk) => disk) {
  const scheduler = systemScheduler;
  const log = pino(pino.destination({ dest: 1, sync: true }));
  const onStray = (name: string, err: unknown): void => log.warn({ name, err }, 'a release is not deleted');
  const disk = wrapDisk(createReleaseFolder({ ...config, onStray }));
  return {
    disk,
    updater: createUpdater({
      disk,
      source: createHttpReleaseSource({ scheduler }),
      box: createSocketBoxControl(config.folders, { scheduler }),
      checkUpdater: createUpdaterCheck({ root: config.root, configPath: path }),
      releaseKeys: importVerifyKeys(config.releaseKeys),
      arch: ownArch(),
      limits: config.limits,
      scheduler,
      monotonicMs: () => performance.now(),
      log,
    }),
  };
}

/**
 * `recover`: before the box is started. `run`: for as long as the machine is up; ends when a release was confirmed, so
 * that its own updater takes over. `check`: whether this updater could.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { config: { type: 'string' } }, allowPositionals: true });
  const [command] = positionals;
  if (values.config === undefined) throw new ScanPayError('configuration', 'say --config FILE');
  const config = readConfigFile(UpdaterConfigSchema, values.config);
  const { disk, updater } = createOwnUpdater(config, values.config);
  if (command === 'recover') return recoverReleases(disk);
  if (command === 'check') return void disk.readState();
  if (command !== 'run') throw new ScanPayError('configuration', 'say recover, run or check');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => updater.stop());
  await updater.run();
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof ScanPayError ? error.message : String(error)}\n`);
    process.exitCode = 78;
  }
}
