import { readFileSync } from 'node:fs';
import type { Outcome, RunOptions, Transport } from '../transport.ts';

/** A Raspberry Pi as this tool sees it: its commands change what is here. */
export interface FakeBox extends Transport {
  /** Every command, without `sudo` and the user before it. */
  calls: string[];
  files: Map<string, string>;
  installed: string | null;
  isActive: boolean;
  isEnabled: boolean;
  deviceId: string | null;
  open: number;
  /** What `--claim-file -` was given. */
  claims: string[];
  /** The next command that holds these words ends so, before it has done anything. */
  failNext(words: string, outcome: Partial<Outcome>): void;
}

const ok = (stdout = ''): Outcome => ({ exitCode: 0, stdout, stderr: '' });
const fail = (exitCode: number, stdout = '', stderr = ''): Outcome => ({ exitCode, stdout, stderr });
const json = (said: object): string => `${JSON.stringify(said)}\n`;
const refusal = (code: string) => ({
  ok: false,
  code,
  message: { ko: `한국어 ${code}`, en: `English ${code}` },
  detail: '',
});

export function createFakeBox(): FakeBox {
  const failures: { words: string; outcome: Outcome }[] = [];
  const box: FakeBox = {
    name: 'pi@fake',
    calls: [],
    files: new Map(),
    installed: null,
    isActive: false,
    isEnabled: false,
    deviceId: null,
    open: 0,
    claims: [],
    failNext: (words, outcome) => void failures.push({ words, outcome: { ...fail(1), ...outcome } }),
    async run(args, options) {
      const bare = args.join(' ').replace(/^sudo -n (?:-u \S+ -- )?/, '');
      box.calls.push(bare);
      const at = failures.findIndex(({ words }) => bare.includes(words));
      const [failure] = at < 0 ? [] : failures.splice(at, 1);
      return failure?.outcome ?? obey(box, bare.split(' '), options);
    },
    async put(localPath, remotePath) {
      box.calls.push(`put ${remotePath}`);
      box.files.set(remotePath, readFileSync(localPath, 'latin1'));
    },
  };
  return box;
}

async function sha256(content: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(content, 'latin1'));
  return Buffer.from(digest).toString('hex');
}

async function obey(box: FakeBox, args: string[], options: RunOptions = {}): Promise<Outcome> {
  const [program = '', ...rest] = args;
  const last = args.at(-1) ?? '';
  switch (program) {
    case 'dpkg':
      return ok('arm64\n');
    case 'dpkg-query':
      return box.installed === null ? fail(1) : ok(`installed ${box.installed}`);
    case 'sha256sum': {
      const content = box.files.get(last);
      return content === undefined ? fail(1) : ok(`${await sha256(content)}  ${last}\n`);
    }
    case 'env':
      box.installed = last.split('_')[1] ?? null;
      return ok();
    case 'install':
      box.files.set(last, box.files.get(args.at(-2) ?? '') ?? '');
      return ok();
    case 'systemctl':
      return systemctl(box, rest);
    case 'scanpay-device':
      return device(box, rest, options);
    default:
      return fail(127, '', `${program}: not found`);
  }
}

function systemctl(box: FakeBox, [verb = '']: string[]): Outcome {
  if (verb === 'is-active') return box.isActive ? ok('active\n') : fail(3, 'inactive\n');
  if (verb === 'enable' || verb === 'start') box.isActive = true;
  if (verb === 'stop') box.isActive = false;
  if (verb === 'enable') box.isEnabled = true;
  if (verb === 'disable') box.isEnabled = false;
  return ok();
}

function device(box: FakeBox, args: string[], { input = '' }: RunOptions): Outcome {
  const facts = { deviceId: box.deviceId, payments: box.open, cancels: 0, receipts: 0 };
  const isForced = args.includes('--force');
  if (args[0] === 'retire') {
    if (box.open > 0 && !isForced) return fail(1, json({ ...refusal('not_drained'), ...facts }));
    if (args.includes('--destroy-keys')) {
      if (box.isActive) return fail(1, json(refusal('service_running')));
      box.deviceId = null;
    }
    return ok(json({ ok: true, ...facts, journal: null }));
  }
  if (args[0] === 'enrol') {
    box.claims.push(input);
    box.deviceId = 'box-a';
    return ok(json({ ok: true, deviceId: 'box-a', merchantId: 'm-a' }));
  }
  if (args.includes('--hand-over')) {
    return ok(json({ ok: true, handOverJws: 'a.b.c', digest: 'D'.repeat(43) }));
  }
  const finding = { outcome: 'ok', seen: 'well', advice: [] };
  const checks = [{ check: 'disk', part: '', tookMs: 1, finding }];
  return ok(json({ v: 1, deviceId: box.deviceId, startedAtMs: 1, outcome: 'ok', checks }));
}
