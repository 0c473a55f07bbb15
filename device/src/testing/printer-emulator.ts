import { createServer, type Socket } from 'node:net';
import { type EscPosToken, readToken } from './escpos-tokens.ts';
import { openPtyPair } from './pty.ts';

/** What is wrong with the emulated printer; all false: it is well. */
export interface PrinterCondition {
  paperOut: boolean;
  coverOpen: boolean;
  cutterJammed: boolean;
  /** The roll is about to end; printing goes on. */
  nearEnd: boolean;
  /** Answers no question, as a printer that is switched off behind a live adapter. */
  silent: boolean;
  /** Does not know GS r, as some clones. */
  withoutInOrderStatus: boolean;
  /** Does not know GS a, as some clones: it never says anything unasked. */
  withoutAutomaticStatus: boolean;
}

export interface PrinterEmulatorOptions {
  /** The bytes of one slip, from the last cut to this one, questions and padding left out. */
  onReceipt(bytes: Uint8Array): void;
  /** Bytes the printer does not know, or does not take any more. */
  onProblem?(problem: string): void;
}

/** The printer's side of ESC/POS. Its condition and its buffer outlive connections, as a printer's do. */
export interface PrinterEmulator {
  /** Bytes from the host; answers go to `send`. */
  receive(bytes: Uint8Array, send: (answer: Uint8Array) => void): void;
  /** Changes the condition; a printer that is well again carries on with what it has in its buffer. */
  set(condition: Partial<PrinterCondition>): void;
  /** Changes the condition when `byteCount` more bytes have been carried out: in the middle of a slip. */
  setAfter(byteCount: number, condition: Partial<PrinterCondition>): void;
  readonly condition: Readonly<PrinterCondition>;
  /** Switches it off and on: buffer and GS a are forgotten, a slip half printed stays half printed. */
  powerCycle(): void;
}

const maxBufferBytes = 128 * 1024;

export function createPrinterEmulator(options: PrinterEmulatorOptions): PrinterEmulator {
  const condition: PrinterCondition = {
    paperOut: false,
    coverOpen: false,
    cutterJammed: false,
    nearEnd: false,
    silent: false,
    withoutInOrderStatus: false,
    withoutAutomaticStatus: false,
  };
  let isAutomatic = false;
  let waiting: Uint8Array = new Uint8Array();
  let slip: Uint8Array[] = [];
  let untilChange: { bytes: number; condition: Partial<PrinterCondition> } | undefined;
  let sendAnswer: (answer: Uint8Array) => void = () => {};
  const scan = createRealtimeScan((n) => {
    if (!condition.silent) sendAnswer(Uint8Array.of(realtimeAnswer(n, condition)));
  });
  const change = (changed: Partial<PrinterCondition>): void => {
    const before = automaticStatus(condition).join();
    Object.assign(condition, changed);
    if (isAutomatic && automaticStatus(condition).join() !== before) tellStatus();
  };
  const tellStatus = (): void => {
    if (!condition.silent) sendAnswer(automaticStatus(condition));
  };

  const isStopped = (): boolean => condition.paperOut || condition.coverOpen || condition.cutterJammed;
  const carryOutOne = (): boolean => {
    const read = isStopped() ? undefined : readToken(waiting, 0);
    if (read === undefined) return false;
    // A change in the middle of a run of text takes hold there.
    const isText = read.token.kind === 'text';
    const next = isText ? Math.min(read.next, untilChange?.bytes ?? read.next) : read.next;
    const bytes = waiting.subarray(0, next);
    waiting = waiting.subarray(next);
    obey(read.token, bytes);
    countDown(bytes.length);
    return true;
  };
  const obey = (token: EscPosToken, bytes: Uint8Array): void => {
    if (token.kind === 'unknown') options.onProblem?.(`unknown byte ${token.bytes[0]?.toString(16)}`);
    const name = token.kind === 'command' ? token.name : undefined;
    if (name === 'GS r') answerInOrder();
    else if (name === 'GS a') setAutomatic(bytes[2] ?? 0);
    else if (name !== 'NUL') slip.push(bytes);
    if (name === 'GS V') options.onReceipt(Buffer.concat(slip.splice(0)));
  };
  const answerInOrder = (): void => {
    if (condition.silent || condition.withoutInOrderStatus) return;
    sendAnswer(Uint8Array.of(condition.nearEnd ? 0x03 : 0x00));
  };
  const setAutomatic = (items: number): void => {
    if (condition.withoutAutomaticStatus) return;
    isAutomatic = items !== 0;
    if (isAutomatic) tellStatus();
  };
  const countDown = (byteCount: number): void => {
    if (untilChange === undefined) return;
    untilChange.bytes -= byteCount;
    if (untilChange.bytes > 0) return;
    const { condition: changed } = untilChange;
    untilChange = undefined;
    change(changed);
  };
  const carryOut = (): void => {
    while (carryOutOne());
  };

  return {
    condition,
    receive(bytes, send) {
      sendAnswer = send;
      const rest = scan(bytes);
      if (waiting.length + rest.length > maxBufferBytes) options.onProblem?.('the buffer overflows');
      else waiting = Buffer.concat([waiting, rest]);
      carryOut();
    },
    set(changed) {
      change(changed);
      carryOut();
    },
    setAfter(byteCount, changed) {
      untilChange = { bytes: Math.max(1, Math.ceil(byteCount)), condition: changed };
    },
    powerCycle() {
      waiting = new Uint8Array();
      slip = [];
      isAutomatic = false;
    },
  };
}

/** Takes DLE EOT n out of the bytes, wherever it stands, also across reads: that is what real-time means. */
function createRealtimeScan(onQuestion: (n: number) => void): (bytes: Uint8Array) => Uint8Array {
  let held: number[] = [];
  return (bytes) => {
    const rest: number[] = [];
    for (const byte of bytes) {
      held.push(byte);
      if (held.length === 3 && byte >= 1 && byte <= 4) {
        onQuestion(byte);
        held = [];
      }
      while (held.length > 0 && !isPrefix(held)) rest.push(held.shift() ?? 0);
    }
    return Uint8Array.from(rest);
  };
}

function isPrefix(held: readonly number[]): boolean {
  return held[0] === 0x10 && (held.length < 2 || held[1] === 0x04) && held.length < 3;
}

function realtimeAnswer(n: number, condition: PrinterCondition): number {
  const { paperOut, coverOpen, cutterJammed, nearEnd } = condition;
  const bit = (on: boolean, mask: number): number => (on ? mask : 0);
  const fixed = 0x12;
  if (n === 1) return fixed | bit(paperOut || coverOpen || cutterJammed, 0x08);
  if (n === 2) return fixed | bit(coverOpen, 0x04) | bit(paperOut, 0x20) | bit(cutterJammed, 0x40);
  if (n === 3) return fixed | bit(cutterJammed, 0x08);
  return fixed | bit(nearEnd || paperOut, 0x0c) | bit(paperOut, 0x60);
}

/** GS a: printer, error, roll sensor, and a byte without meaning here. */
function automaticStatus(condition: PrinterCondition): Uint8Array {
  const { paperOut, coverOpen, cutterJammed, nearEnd } = condition;
  const offline = paperOut || coverOpen || cutterJammed;
  const printer = 0x10 | (offline ? 0x08 : 0) | (coverOpen ? 0x20 : 0);
  const rollSensor = (nearEnd || paperOut ? 0x03 : 0) | (paperOut ? 0x0c : 0);
  return Uint8Array.of(printer, cutterJammed ? 0x08 : 0, rollSensor, 0x0f);
}

export interface EmulatedTcpPrinter {
  readonly port: number;
  /** Breaks every connection, as a pulled network cable does once it is noticed. */
  dropConnections(): void;
  /** Stops listening too; resolves when all is closed. */
  close(): Promise<void>;
}

/** Puts the emulator on a TCP port of this machine; port 0 picks a free one. */
export async function serveTcpPrinter(emulator: PrinterEmulator, port = 0): Promise<EmulatedTcpPrinter> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('data', (bytes) => emulator.receive(bytes, (answer) => socket.write(answer)));
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    dropConnections,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      dropConnections();
      return closed;
    },
  };
}

export interface EmulatedSerialPrinter {
  /** For `serialport`. */
  readonly path: string;
  /** Pulls the cable. */
  close(): void;
}

/** Puts the emulator at the end of a serial line. */
export async function serveSerialPrinter(emulator: PrinterEmulator): Promise<EmulatedSerialPrinter> {
  const pair = await openPtyPair();
  pair.onData((bytes) => {
    emulator.receive(bytes, (answer) => {
      pair.write(answer).catch(() => {});
    });
  });
  return { path: pair.path, close: () => pair.close() };
}
