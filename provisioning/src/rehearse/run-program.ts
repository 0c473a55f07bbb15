import { runBounded } from '../setup/run-bounded.mjs';

/**
 * Runs a program to its end.
 *
 * @param env all of it; by default this process's
 * @returns what it printed, without white space around
 * @throws Error with its last words when it fails or takes too long.
 */
export async function runProgram(
  [program = '', ...args]: readonly string[],
  { deadlineMs, env = process.env }: { deadlineMs: number; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const result = await runBounded(program, args, { deadlineMs, env });
  const said = result.output.trim();
  if (result.timedOut) throw new Error(`${program} was not done after ${deadlineMs / 1000} s: ${said.slice(-1000)}`);
  if (result.code !== 0) throw new Error(`${program} ${args.join(' ')}: ${said.slice(-2000)}`);
  return said;
}
