import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands in for libgpiod's `gpioset` and `gpiodetect`, and the header of a Raspberry Pi 5 behind them: lines have a level while a process holds them. */
export interface FakeGpioset {
  /** Path of the program. */
  readonly command: string;
  /** Lines that are held, with their level; read as the kernel would drive them. */
  levels(): Promise<Record<string, 0 | 1>>;
  /** Process ids of those that held lines so far. */
  pids(): Promise<number[]>;
  /** From now on every attempt to take lines fails so; undefined: works again. */
  breakWith(message: string | undefined): Promise<void>;
  remove(): Promise<void>;
}

/** The three faces of the real program; `2-plain` is version 2 built without its command line. */
export type FakeGpiosetVersion = '1' | '2' | '2-plain';

const program = (folder: string, version: FakeGpiosetVersion): string => `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync, renameSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const version = ${JSON.stringify(version)};
const args = process.argv.slice(2);
const die = (message) => { process.stderr.write('gpioset: ' + message + '\\n'); process.exit(1); };

if (args[0] === '--version') {
  process.stdout.write('gpioset (libgpiod) ' + (version === '1' ? 'v1.6.3' : 'v2.2.1') + '\\n');
  process.exit(0);
}
if (args[0] === '--help') {
  process.stdout.write('Usage: gpioset\\n' + (version === '2' ? '  -i, --interactive\\n' : ''));
  process.exit(0);
}

const flags = { activeLow: false, mode: 'exit', interactive: false };
const rest = [];
for (let at = 0; at < args.length; at += 1) {
  const arg = args[at];
  if (arg === '--active-low') flags.activeLow = true;
  else if (version === '1' && arg.startsWith('--mode=')) flags.mode = arg.slice(7);
  else if (version === '2' && arg === '--interactive') flags.interactive = true;
  else if (version !== '1' && arg === '--consumer') at += 1;
  else if (version !== '1' && arg === '--toggle') { flags.toggle = args[at + 1]; at += 1; }
  else if (version !== '1' && arg === '--chip') { flags.chip = args[at + 1]; at += 1; }
  else if (arg.startsWith('-')) die('unrecognized option ' + arg);
  else rest.push(arg);
}
const chip = version === '1' ? rest.shift() : flags.chip;
if (!/^gpiochip4$/.test(chip)) die('unable to open chip ' + chip);
if (existsSync(folder + '/broken')) die(readFileSync(folder + '/broken', 'utf8'));
// Before anything is taken, so that however early the signal comes, it is let go again.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
const isHeld = () => {
  try { return process.kill(Number(readFileSync(folder + '/held', 'utf8')), 0); } catch { return false; }
};
// A process that was killed lets go too.
if (isHeld()) die('Device or resource busy');
writeFileSync(folder + '/held', String(process.pid));
process.on('exit', () => { rmSync(folder + '/levels', { force: true }); rmSync(folder + '/held', { force: true }); });
appendFileSync(folder + '/pids', process.pid + '\\n');

const levels = {};
const assign = (words) => {
  for (const word of words) {
    const [, line, value] = /^(\\d+)=([01])$/.exec(word) ?? die('invalid line value: ' + word);
    levels[line] = Number(value) ^ (flags.activeLow ? 1 : 0);
  }
  writeFileSync(folder + '/levels.new', JSON.stringify(levels));
  renameSync(folder + '/levels.new', folder + '/levels');
};
assign(rest);

const exits = version === '1' ? flags.mode === 'exit' : flags.toggle === '0';
if (exits) process.exit(0);
if (flags.interactive) {
  process.stdout.write('gpioset> ');
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const [name, ...words] = line.split(' ');
    if (name === 'exit') process.exit(0);
    if (name === 'set') assign(words);
    process.stdout.write('gpioset> ');
  });
}
setInterval(() => {}, 1000);
`;

export async function createFakeGpioset(version: FakeGpiosetVersion): Promise<FakeGpioset> {
  const folder = await mkdtemp(join(tmpdir(), 'scanpay-gpio-'));
  const command = join(folder, 'gpioset');
  await writeFile(command, program(folder, version), { mode: 0o755 });
  const list = ['gpiochip0 [gpio-brcmstb@107d508500] (32 lines)', 'gpiochip4 [pinctrl-rp1] (54 lines)'];
  await writeFile(join(folder, 'gpiodetect'), `#!/bin/sh\n${list.map((chip) => `echo '${chip}'`).join('\n')}\n`, {
    mode: 0o755,
  });
  return {
    command,
    levels: async () => JSON.parse(await readFile(join(folder, 'levels'), 'utf8').catch(() => '{}')),
    async pids() {
      const lines = await readFile(join(folder, 'pids'), 'utf8').catch(() => '');
      return lines.split('\n').filter(Boolean).map(Number);
    },
    breakWith: (message) =>
      message === undefined ? rm(join(folder, 'broken')) : writeFile(join(folder, 'broken'), message),
    remove: () => rm(folder, { recursive: true }),
  };
}
