import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { typeKeys } from '../../../testing/fake-keyboard.ts';
import { findCommand } from '../find-command.ts';
import { createRepeatFilter } from '../repeat-filter.ts';
import { createKeyboardScanner } from './keyboard-scanner.ts';

const device = '/dev/input/event5';
const searchPath = process.env.PATH ?? '';
const [evtest, umockdev] = await Promise.all([
  findCommand(['evtest'], searchPath),
  findCommand(['umockdev-run'], searchPath),
]);
const missing = evtest === undefined || umockdev === undefined;
if (missing) console.log('skipped: the real evtest, for the packages evtest and umockdev are not both installed');

/** What the kernel's input layer answers; each buffer as long as `evtest` asks for. */
const ioctls: readonly [request: string, hex: string, byteCount: number][] = [
  ['EVIOCGVERSION 0', '01000100', 4],
  ['EVIOCGID 0', '0300E00500121001', 8],
  ['EVIOCGNAME(0) 8', Buffer.from('Scanner').toString('hex'), 256],
  ['EVIOCGBIT(0) 8', '03', 32],
  ['EVIOCGBIT(1) 96', 'FEFFFF', 96],
  ['EVIOCGREP 0', 'FA00000021000000', 8],
  ['EVIOCGPROP(0) 8', '', 256],
];

/** A keyboard that only the processes below `umockdev-run` see, and on which a text is typed. */
async function mockKeyboard(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scanpay-evtest-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  const events = typeKeys(text).flatMap(([code, value], at) => {
    const time = `E: ${(at / 1000).toFixed(6)}`;
    return [`${time} 0001 ${hex(code)} ${hex(value)}`, `${time} 0000 0000 0000`];
  });
  // The last event is far off: the keyboard stays.
  await writeFile(join(folder, 'events'), [...events, 'E: 600.0 0000 0000 0000', ''].join('\n'));
  const ioctl = ioctls.map(([request, bytes, byteCount]) => `${request} ${bytes.padEnd(2 * byteCount, '0')}\n`);
  await writeFile(join(folder, 'ioctl'), ioctl.join(''));
  const description = `P: /devices/input9\nE: SUBSYSTEM=input\n
P: /devices/input9/event5\nN: input/event5\nE: DEVNAME=${device}\nE: MAJOR=13\nE: MINOR=69\nE: SUBSYSTEM=input\n`;
  await writeFile(join(folder, 'device'), description);
  const program = `#!/bin/sh
exec '${umockdev}' -d '${folder}/device' -i '${device}=${folder}/ioctl' -e '${device}=${folder}/events' -- \\
  '${evtest}' "$1" '${device}'
`;
  await writeFile(join(folder, 'evtest'), program, { mode: 0o755 });
  return folder;
}

describe.skipIf(missing)('the real evtest', () => {
  it('grabs the keyboard and prints what the driver reads', async () => {
    const text = 'SP1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA.A5:S9MKN4NN3F8';
    const scheduler = createVirtualScheduler();
    const [texts, states]: [string[], string[]] = [[], []];
    const folder = await mockKeyboard(text);
    const scanner = createKeyboardScanner({
      scheduler,
      repeats: createRepeatFilter({ clock: scheduler, windowMs: 0 }),
      events: {
        onScan: (scan) => texts.push(scan.text),
        onState: ({ kind }) => states.push(kind),
        onRejected: (reason) => texts.push(reason),
      },
      // The mocked device is not there for this process itself.
      device: folder,
      searchPath: folder,
      settleMs: 0,
    });
    await scanner.start();
    await until(() => expect(texts).toEqual([text]));
    expect(states).toEqual(['connecting', 'ready']);
    const stopped = vi.fn();
    void scanner.stop().then(stopped);
    // `umockdev-run` stands before evtest and does not always pass the signal on.
    await until(() => {
      scheduler.advance(100);
      expect(stopped).toHaveBeenCalled();
    });
    expect(scheduler.pendingCount()).toBe(0);
  });
});
