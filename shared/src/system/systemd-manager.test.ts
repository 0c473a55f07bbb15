import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../testing/until.ts';
import { createSystemdManager } from './systemd-manager.ts';

const launcher = fileURLToPath(new URL('../../../systemd/with-notify-socket', import.meta.url));
const module = new URL('./systemd-manager.ts', import.meta.url).href;
/** A service in small: says what it was told to say, and what of systemd's it still has in its environment. */
const service = `
  import { createSystemdManager } from '${module}';
  const problems = [];
  const manager = createSystemdManager(process.env, process.pid, (error) => problems.push(error.code));
  await manager.tell({ state: 'ready', status: 'two\\nlines' });
  await manager.tell({ state: 'alive' });
  await manager.tell({ state: 'stopping' });
  const left = Object.keys(process.env).filter((name) => /NOTIFY|WATCHDOG/.test(name));
  console.log(JSON.stringify({ watchdogMs: manager.watchdogMs ?? null, left, problems }));
`;

let folder: string;
let systemd: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notify-'));
});
afterEach(() => {
  systemd?.kill();
  systemd = undefined;
  rmSync(folder, { recursive: true });
});

/** Stands for systemd: takes datagrams, and prints one a line. The address is as in NOTIFY_SOCKET. */
const receiver = String.raw`
  use Socket; $| = 1;
  (my $address = $ARGV[0]) =~ s/^@/\0/;
  my $s;
  socket($s, AF_UNIX, SOCK_DGRAM, 0) && bind($s, pack_sockaddr_un($address)) or die $!;
  print "listening\n";
  while (defined recv($s, my $datagram, 4096, 0)) { $datagram =~ s/\n/|/g; print "$datagram\n" }
`;

/** What came so far, in order. */
async function listen(address: string): Promise<() => string[]> {
  let said = '';
  systemd = spawn('perl', ['-e', receiver, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  systemd.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(() => expect(said).toMatch(/^listening\n/));
  return () => said.split('\n').slice(1, -1);
}

function runService(env: Record<string, string>): Promise<{ watchdogMs: number; left: string[]; problems: string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(launcher, [process.execPath, '--input-type=module', '-e', service], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(said)) : reject(new Error(`ended with ${code}`))));
  });
}

describe('telling systemd', () => {
  it.each([
    ['a path', () => join(folder, 'notify')],
    ['an abstract address', () => `@scanpay-test-${process.pid}`],
  ])(
    'reaches %s, a datagram each time, and keeps what is systemd’s from programs it starts',
    async (_kind, addressOf) => {
      const heard = await listen(addressOf());
      const said = await runService({ NOTIFY_SOCKET: addressOf(), WATCHDOG_USEC: '60000000' });
      expect(said).toEqual({ watchdogMs: 60_000, left: [], problems: [] });
      await until(() => expect(heard()).toEqual(['READY=1|STATUS=two lines', 'WATCHDOG=1', 'STOPPING=1']));
    },
  );

  it('runs the program where nobody listens, and where nobody is to be told', async () => {
    const nobody = { watchdogMs: null, left: [], problems: [] };
    expect(await runService({ WATCHDOG_USEC: '60000000' })).toEqual(nobody);
    expect(await runService({ NOTIFY_SOCKET: join(folder, 'nobody'), WATCHDOG_USEC: '60000000' })).toEqual(nobody);
  });

  it('leaves a watchdog alone that waits for another process', () => {
    const env = { NOTIFY_FD: '99', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' };
    expect(createSystemdManager(env, 2, () => {}).watchdogMs).toBeUndefined();
    expect(env).toEqual({});
  });

  it('says once that its word does not arrive', async () => {
    const problems: unknown[] = [];
    // A descriptor that is not open.
    const manager = createSystemdManager({ NOTIFY_FD: '999999' }, 1, (error) => problems.push(error));
    await manager.tell({ state: 'alive' });
    await manager.tell({ state: 'alive' });
    expect(problems).toHaveLength(1);
  });
});
