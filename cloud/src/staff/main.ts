/**
 * `scanpay-cloud staff hash`, also `node cloud/src/staff/main.ts hash`: asks for a password, twice at a terminal and without
 * showing it, else reads the first line of its standard input, and prints the hash for `staff.users` of the configuration.
 * Never by an argument: those are seen by everybody on the machine.
 *
 * Exit code 0: printed; 1: no such password is taken, and why; 2: wrong arguments.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { createScryptPasswords } from '../drivers/passwords/scrypt-passwords.ts';

/** NIST SP 800-63B asks for 8, and 15 where nothing but the password is asked for; all guesses here are limited. */
const minLength = 12;

class NotTaken extends Error {}

/** Lines of the standard input, at a terminal without an echo from the first to the last. */
function openInput() {
  const { stdin, stderr } = process;
  const isTerminal = stdin.isTTY === true;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: isTerminal });
  const iterator = lines[Symbol.asyncIterator]();
  return {
    isTerminal,
    /** @throws NotTaken when the input ends before a line */
    async ask(question: string): Promise<string> {
      if (isTerminal) stderr.write(question);
      const { value } = await iterator.next();
      if (isTerminal) stderr.write('\n');
      if (value === undefined) throw new NotTaken('no password was given');
      return value;
    },
    close: () => lines.close(),
  };
}

async function readPassword(): Promise<string> {
  const input = openInput();
  try {
    const password = await input.ask('비밀번호 / Password: ');
    if ([...password].length < minLength) throw new NotTaken(`a password has at least ${minLength} characters`);
    if (input.isTerminal && (await input.ask('한 번 더 / Once more: ')) !== password) {
      throw new NotTaken('the two differ');
    }
    return password;
  } finally {
    input.close();
  }
}

/** Resolves with the exit code. */
export async function runStaff(args: readonly string[]): Promise<number> {
  if (args.length !== 1 || args[0] !== 'hash') {
    process.stderr.write('usage: scanpay-cloud staff hash\n');
    return 2;
  }
  try {
    const hash = await createScryptPasswords(randomBytes).hash(await readPassword());
    process.stdout.write(`${hash}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await runStaff(process.argv.slice(2));
