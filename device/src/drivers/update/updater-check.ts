import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';

const deadlineMs = 60_000;

/** Starts the updater of a release with `check`: its Node, its modules, and the configuration and state as it reads them. */
export function createUpdaterCheck({ root, configPath }: { root: string; configPath: string }) {
  return (version: string): Promise<Result<void>> => {
    const release = join(root, 'releases', version);
    const programs = ['js', 'ts'].map((ending) => join(release, `device/src/updater/main.${ending}`));
    const args = [programs.find(existsSync) ?? '', 'check', '--config', configPath];
    const options = { timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 } as const;
    return new Promise((resolve) => {
      execFile(join(release, 'bin/node'), args, options, (error, _stdout, stderr) => {
        if (error === null) resolve(accept(undefined));
        else resolve(refuse('update_self_test', (stderr.trim() || error.message).slice(-150)));
      });
    });
  };
}
