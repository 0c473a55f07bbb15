import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFakeKeyboard, printKeys } from '../../../testing/fake-keyboard.ts';
import { createRepeatFilter } from '../repeat-filter.ts';
import { describeScanner, type ScannerRig, type ScannerRigOptions } from '../scanner-contract.ts';
import { createKeyboardScanner } from './keyboard-scanner.ts';

async function createKeyboardRig({ scheduler, events, repeats, retry }: ScannerRigOptions): Promise<ScannerRig> {
  const keyboard = await createFakeKeyboard();
  const { searchPath } = keyboard;
  const device = keyboard.device.replace('Acme', '*');
  return {
    scanner: createKeyboardScanner({ scheduler, events, repeats, retry, device, searchPath, settleMs: 0 }),
    source: 'keyboard',
    plugIn: keyboard.plugIn,
    unplug: keyboard.unplug,
    present: (text) => keyboard.print(printKeys(text)),
    withdraw: async () => undefined,
    close: keyboard.remove,
  };
}

describeScanner('keyboard', createKeyboardRig);

async function openKeyboard() {
  const scheduler = createVirtualScheduler();
  const keyboard = await createFakeKeyboard();
  const [texts, states, rejections]: [string[], string[], string[]] = [[], [], []];
  const scanner = createKeyboardScanner({
    scheduler,
    repeats: createRepeatFilter({ clock: scheduler, windowMs: 0 }),
    events: {
      onScan: ({ text }) => texts.push(text),
      onState: ({ kind, detail }) => states.push(`${kind} ${detail}`),
      onRejected: (reason, byteCount) => rejections.push(`${reason} ${byteCount}`),
    },
    device: keyboard.device,
    searchPath: keyboard.searchPath,
  });
  onTestFinished(async () => {
    await scanner.stop();
    expect(scheduler.pendingCount()).toBe(0);
    await keyboard.remove();
  });
  const start = async (): Promise<void> => {
    await keyboard.plugIn();
    await scanner.start();
    await until(() => expect(scheduler.pendingCount()).toBe(1));
  };
  return { scheduler, keyboard, texts, states, rejections, scanner, start };
}

describe('createKeyboardScanner', () => {
  it('says that another program holds the keyboard, and takes it once it is free', async () => {
    const { keyboard, scheduler, states, start } = await openKeyboard();
    await keyboard.setHeld(true);
    await start();
    await until(() => expect(states.at(-1)).toMatch(/^fault .*another program holds the keyboard/));
    await keyboard.setHeld(false);
    scheduler.advance(250);
    await until(() => {
      scheduler.advance(10);
      expect(states.at(-1)).toBe(`ready ${keyboard.device}`);
    });
    expect(states.filter((state) => state.startsWith('ready'))).toHaveLength(1);
  });

  it('gives up a code that stops half way, and one without end', async () => {
    const { keyboard, scheduler, texts, rejections, start } = await openKeyboard();
    await start();
    scheduler.advance(100);
    await keyboard.print(printKeys('SP1:HALF').slice(0, -6));
    // Its keys may come in two pieces: the pause is counted from the last one.
    await until(() => {
      scheduler.advance(1);
      expect(rejections).toEqual(['half-line 8']);
    });
    await keyboard.print(printKeys('A'.repeat(2000)));
    await keyboard.print(printKeys(']Q1SP1:WHOLE $%*+-./:'));
    await until(() => expect(texts).toEqual(['SP1:WHOLE $%*+-./:']));
    expect(rejections).toEqual(['half-line 8', 'too-long 2000']);
  });

  it('names the missing program', async () => {
    const { keyboard, states, scanner } = await openKeyboard();
    await keyboard.plugIn();
    await keyboard.remove();
    await scanner.start();
    expect(states.at(-1)).toMatch(/^fault .*install the package evtest/);
    await scanner.stop();
  });
});
