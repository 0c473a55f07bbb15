#!/usr/bin/env node
import { homedir } from 'node:os';
import { join } from 'node:path';
import { askCommand, askMissing, askWhetherSure } from './ask.ts';
import { listSteps } from './list-steps.ts';
import { type Command, parseCommandLine, type Values } from './options.ts';
import { Refused } from './refused.ts';
import { runSteps } from './run-steps.ts';
import { openStateFile } from './state-file.ts';
import { usage } from './usage.ts';
import { createJsonView, createPlainView, createTerminalView, type View } from './views.ts';

const givenUp = 130;

/** `scanpay-provision`, with its arguments. Gives the exit code, as `usage` has it. */
async function runProvision(args: readonly string[]): Promise<number> {
  let asked: { command: Command | undefined; values: Values };
  try {
    asked = parseCommandLine(args);
  } catch (error) {
    return complain(error);
  }
  const { values } = asked;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const isPerson = Boolean(process.stdout.isTTY && process.stdin.isTTY) && !values.json;
  const command = asked.command ?? (isPerson ? await askCommand() : undefined);
  if (command === undefined) return isPerson ? givenUp : complain(new Error('say what is to be done'));
  const complete = isPerson ? await askMissing(command, values) : values;
  if (complete === undefined) return givenUp;
  try {
    return await carryOut(command, complete, isPerson);
  } catch (error) {
    return complain(error);
  }
}

async function carryOut(command: Command, values: Values, isPerson: boolean): Promise<number> {
  const isDryRun = values['dry-run'] ?? false;
  const view = chooseView(values, isPerson);
  const steps = listSteps(command, values, view);
  if (!isDryRun && !values.yes && isPerson && !(await askWhetherSure(command, values))) return givenUp;
  view.begin(command, isDryRun);
  const state = openStateFile(stateFileOf(command, values), orderOf(command, values));
  const outcome = await runSteps(steps, { isDryRun, state, onEvent: view.event });
  // Done to the end: asked for again, it is looked at anew.
  if (outcome.ok && !isDryRun) state.clear();
  view.end(outcome);
  return outcome.refused?.exitCode ?? 0;
}

function chooseView({ json }: Values, isPerson: boolean): View {
  const write = (text: string): void => void process.stdout.write(text);
  if (json) return createJsonView(write);
  return isPerson ? createTerminalView() : createPlainView(write);
}

/** Of a claim and a check nothing is kept: the first is secret, the second is a look. */
function stateFileOf(command: Command, values: Values): string | null {
  if (values['no-state'] || command === 'claim' || command === 'check') return null;
  if (values.state !== undefined) return values.state;
  const folder = join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'scanpay-provision');
  const where = (values.target ?? values.boot ?? 'local').replace(/[^A-Za-z0-9@.-]+/g, '_').slice(-100);
  return join(folder, `${command}-${where}.json`);
}

/** What makes a call another order; a claim's text is not written down. */
function orderOf(command: Command, values: Values): string {
  const {
    json: _json,
    yes: _yes,
    state: _state,
    claim: _claim,
    'dry-run': _dry,
    'staff-file': _staff,
    ...rest
  } = values;
  return JSON.stringify([command, Object.entries(rest).toSorted(([a], [b]) => a.localeCompare(b))]);
}

function complain(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!(error instanceof Refused)) process.stderr.write('scanpay-provision --help\n');
  return error instanceof Refused ? error.exitCode : 2;
}

process.exitCode = await runProvision(process.argv.slice(2));
