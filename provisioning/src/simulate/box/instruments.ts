import type { Printer, PrinterStatus, PrintResult } from '@scanpay/device/ports/printer.ts';
import type { Scanner, ScannerEvents } from '@scanpay/device/ports/scanner.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { Dice } from '../engine/dice.ts';
import type { SimProcess } from '../engine/process.ts';
import type { Timeline } from '../engine/timeline.ts';

/** `midway`: a job that runs breaks off, and paper may or may not come out. `silent`: prints, and does not say so. */
export type PrinterMood = 'well' | 'paper-out' | 'midway' | 'silent' | 'gone';

/** A printer that stands beside the box and outlives it. */
export interface SimPrinter {
  mood: PrinterMood;
  /** As one life of the box has it. */
  connect(life: SimProcess): Printer;
}

const decoder = new TextDecoder();

/** The bytes of a job are the receipt in JSON, so that one can read what came out. */
export const renderReceipt = (receipt: Receipt): Uint8Array => new TextEncoder().encode(JSON.stringify(receipt));

export function createSimPrinter(deps: {
  timeline: Timeline;
  dice: Dice;
  onPaper(receipt: Receipt): void;
}): SimPrinter {
  const { timeline, dice, onPaper } = deps;
  const printer: SimPrinter = {
    mood: 'well',
    connect: (life) =>
      life.guard<Printer>({
        start: async () => undefined,
        stop: async () => undefined,
        print: (bytes) =>
          new Promise((resolve) => {
            if (printer.mood === 'paper-out' || printer.mood === 'gone') {
              timeline.after(50, () => resolve({ kind: 'fault', faults: ['paper-out'] }));
              return;
            }
            timeline.after(dice.between(200, 900), () => resolve(finish(bytes)));
          }),
        status: () => new Promise((resolve) => timeline.after(20, () => resolve(statusOf(printer.mood)))),
      }),
  };
  /** What was sent is in the printer, whether the box still lives or not. */
  const finish = (bytes: Uint8Array): PrintResult => {
    const paper = (): void => onPaper(JSON.parse(decoder.decode(bytes)) as Receipt);
    switch (printer.mood) {
      case 'well':
        paper();
        return { kind: 'printed' };
      case 'silent':
        paper();
        return { kind: 'sent-unconfirmed' };
      case 'paper-out':
      case 'midway':
      case 'gone':
        if (dice.chance(0.5)) paper();
        return { kind: 'uncertain', reason: 'broke off' };
    }
  };
  return printer;
}

function statusOf(mood: PrinterMood): PrinterStatus {
  if (mood === 'paper-out') return { kind: 'fault', faults: ['paper-out'] };
  return mood === 'well' ? { kind: 'ok' } : { kind: 'unknown', reason: mood };
}

/** A scanner gun: reads what it is shown, and sometimes what it is not. */
export interface SimScanner {
  create(life: SimProcess): (events: ScannerEvents) => Scanner;
  read(text: string): void;
  /** Half a line, noise, or a line that never ends. */
  garble(reason: 'half-line' | 'not-text' | 'too-long'): void;
  unplug(): void;
  plug(): void;
}

export function createSimScanner(clock: { nowMs(): number }): SimScanner {
  let events: ScannerEvents | null = null;
  let life: SimProcess | null = null;
  const tell = (what: (to: ScannerEvents) => void): void => {
    if (events !== null && life?.isAlive() === true) what(events);
  };
  return {
    create: (born) => (given) => {
      life = born;
      events = given;
      return {
        start: async () => given.onState({ kind: 'ready', detail: '' }),
        stop: async () => undefined,
      };
    },
    read: (text) => tell((to) => to.onScan({ text, source: 'serial', atMs: clock.nowMs() })),
    garble: (reason) => tell((to) => to.onRejected(reason, 17)),
    unplug: () => tell((to) => to.onState({ kind: 'fault', detail: 'unplugged' })),
    plug: () => tell((to) => to.onState({ kind: 'ready', detail: '' })),
  };
}
