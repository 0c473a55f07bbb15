import { execFile } from 'node:child_process';
import type { Outcome, RunOptions } from './transport.ts';

const maxOutputBytes = 4 * 1024 * 1024;
const defaultDeadlineMs = 60_000;

/** Runs a program without a shell; every end is an outcome. */
export function runProgram(
  command: string,
  args: readonly string[],
  { input, deadlineMs = defaultDeadlineMs }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: maxOutputBytes } as const;
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ exitCode: 0, stdout, stderr });
      const exitCode = typeof error.code === 'number' ? error.code : null;
      const why = error.killed ? `no end within ${deadlineMs} ms` : `${command}: ${error.code ?? error.signal}`;
      resolve({ exitCode, stdout, stderr: exitCode === null ? `${stderr}${why}` : stderr });
    });
    // A program that ends before it has read everything says so by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}
