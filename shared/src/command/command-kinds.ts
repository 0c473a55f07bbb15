import { collectLogsCommand } from './collect-logs.ts';
import type { CommandKind } from './command-kind.ts';
import { lightTestCommand } from './light-test.ts';
import { pingCommand } from './ping.ts';
import { printTestCommand } from './print-test.ts';
import { restartCommand } from './restart.ts';

/** Every kind of command. A new one is a file beside this one, a line here, and a runner in `device/src/box/commands`. */
export const commandKinds = [
  pingCommand,
  printTestCommand,
  lightTestCommand,
  collectLogsCommand,
  restartCommand,
] as const satisfies readonly CommandKind[];

export function findCommandKind(kind: string): CommandKind | undefined {
  return commandKinds.find((each) => each.kind === kind);
}
