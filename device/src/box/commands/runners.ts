import { type LogCollection, runCollectLogs } from './collect-logs.ts';
import type { CommandRunner } from './command-runner.ts';
import { type LightTest, runLightTest } from './light-test.ts';
import { type Ping, runPing } from './ping.ts';
import { type PrintTest, runPrintTest } from './print-test.ts';
import { type Restart, runRestart } from './restart.ts';

/** Who carries out which kind; one line each. */
export const createRunners = (deps: Ping & PrintTest & LightTest & LogCollection & Restart): CommandRunner[] => [
  runPing(deps),
  runPrintTest(deps),
  runLightTest(deps),
  runCollectLogs(deps),
  runRestart(deps),
];
