import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the fake answers to the call whose arguments hold these words. */
export interface NmcliAnswer {
  words: string;
  exitCode: number;
  stderr: string;
}

export interface FakeNmcli {
  command: string;
  secretsDir: string;
  answer(...answers: NmcliAnswer[]): void;
  /** Every call: its arguments, what stood in its `passwd-file` and with which mode, and the environment it saw. */
  calls(): { args: string[]; secrets: string | null; mode: number | null; language: string }[];
  remove(): void;
}

const program = `
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
const args = process.argv.slice(2);
const folder = import.meta.dirname;
const at = args.indexOf('passwd-file');
const file = at < 0 ? null : args[at + 1];
const secrets = file === null ? null : readFileSync(file, 'utf8');
const mode = file === null ? null : statSync(file).mode & 0o777;
const call = { args, secrets, mode, language: process.env.LC_ALL };
appendFileSync(join(folder, 'calls.jsonl'), JSON.stringify(call) + '\\n');
const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'));
const answer = answers.find(({ words }) => args.join(' ').includes(words));
process.stderr.write(answer?.stderr ?? '');
process.exitCode = answer?.exitCode ?? 0;
`;

/** A program in the place of NetworkManager's `nmcli`: it joins nothing, and writes down how it was called. */
export function createFakeNmcli(): FakeNmcli {
  const folder = mkdtempSync(join(tmpdir(), 'nmcli-'));
  const command = join(folder, 'nmcli');
  const callsFile = join(folder, 'calls.jsonl');
  const answersFile = join(folder, 'answers.json');
  writeFileSync(join(folder, 'nmcli.mjs'), program);
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${folder}/nmcli.mjs' "$@"\n`);
  chmodSync(command, 0o755);
  writeFileSync(answersFile, '[]');
  writeFileSync(callsFile, '');
  return {
    command,
    secretsDir: folder,
    answer: (...answers) => writeFileSync(answersFile, JSON.stringify(answers)),
    calls: () =>
      readFileSync(callsFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
