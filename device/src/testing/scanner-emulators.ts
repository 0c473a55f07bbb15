import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { PtyPair } from './pty.ts';

/** A scanner played on the far end of a serial line, as its maker's manual has it. */
export interface EmulatedScanner {
  /** Commands it understood, oldest first, in the maker's own words. */
  readonly commands: string[];
  /** Somebody holds a code before it. */
  scan(text: string): Promise<void>;
  /** Switched off, or not set to take commands: it reads no more of them and answers none. */
  deaf: boolean;
}

/** Honeywell: `SYN … CR` in, nothing back; a scan is text and CR. */
export function playHoneywell(pair: PtyPair): EmulatedScanner {
  const commands: string[] = [];
  let heard = '';
  pair.onData((bytes) => {
    heard += bytes.toString('latin1');
    for (let end = heard.indexOf('\r'); end !== -1; end = heard.indexOf('\r')) {
      const command = heard.slice(0, end);
      heard = heard.slice(end + 1);
      if (!command.startsWith('\u0016')) throw new Error(`no command: ${JSON.stringify(command)}`);
      commands.push(command.slice(1));
    }
  });
  return { commands, scan: (text) => pair.write(`${text}\r`), deaf: false };
}

const newlandCommand = new RegExp(`~${'\u0001'}0000#([^;]*);${'\u0003'}`);

/** Newland: `~ SOH 0000 # … ; ETX` in; the same back from `STX` on with ACK, NAK or ENQ before the `;`. */
export function playNewland(pair: PtyPair, unknown: readonly string[] = []): EmulatedScanner {
  let heard = '';
  const scanner: EmulatedScanner = { commands: [], scan: (text) => pair.write(`${text}\r`), deaf: false };
  pair.onData((bytes) => {
    if (scanner.deaf) return;
    heard += bytes.toString('latin1');
    for (let match = newlandCommand.exec(heard); match !== null; match = newlandCommand.exec(heard)) {
      const [frame, command = ''] = match;
      if (match.index !== 0) throw new Error(`no command: ${JSON.stringify(heard)}`);
      heard = heard.slice(frame.length);
      scanner.commands.push(command);
      const verdict = unknown.some((tag) => command.startsWith(tag)) ? '\u0005' : '\u0006';
      void pair.write(`\u0002\u00010000#${command}${verdict};\u0003`);
    }
  });
  return scanner;
}

/** What goes wrong on the line of an SSI scanner, counted down with each packet. */
export interface SsiFaults {
  /** Packets of scans that arrive at the host with a byte changed. */
  garbleScans: number;
  /** Commands that arrive at the scanner with a byte changed: it answers NAK, resend. */
  garbleCommands: number;
  /** Answers to the host that get lost. */
  loseAnswers: number;
  /** Answers of the host that get lost. */
  loseHostAnswers: number;
}

/** Zebra SSI: packets both ways, each acknowledged; a scan is sent again up to twice, as the guide has it. */
export interface EmulatedSsi extends EmulatedScanner {
  readonly faults: SsiFaults;
  /** Packets of scans sent so far, again or for the first time. */
  scanPackets(): number;
  /** Sends scans as raw text and CR instead, as with "Send Raw Decode Data". */
  raw: boolean;
}

const ssiNames: Readonly<Record<number, string>> = {
  228: 'START_SESSION',
  229: 'STOP_SESSION',
  230: 'BEEP',
  231: 'LED_ON',
  232: 'LED_OFF',
};
const [ack, nak, decodeData] = [0xd0, 0xd1, 0xf3];
const answerTimeoutMs = 2000;
const maxRetries = 2;
/** Code type of a QR code in DECODE_DATA. */
const qrCode = 0x1c;
const maxPartBytes = 200;

const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0);

function makePacket(opcode: number, status: number, data: Uint8Array): Buffer {
  const head = Buffer.from([4 + data.length, opcode, 0, status, ...data]);
  const checksum = (0x1_0000 - sumOf(head)) & 0xffff;
  return Buffer.concat([head, Buffer.from([checksum >> 8, checksum & 0xff])]);
}

function garble(packet: Buffer): Buffer {
  const changed = Buffer.from(packet);
  changed[4] = (changed[4] ?? 0) ^ 0x40;
  return changed;
}

export function playZebraSsi(pair: PtyPair, scheduler: Scheduler): EmulatedSsi {
  const faults: SsiFaults = { garbleScans: 0, garbleCommands: 0, loseAnswers: 0, loseHostAnswers: 0 };
  const outgoing: { opcode: number; status: number; data: Buffer; sends: number }[] = [];
  let heard = Buffer.alloc(0);
  let cancelTimeout: () => void = noTimer;
  let scanPackets = 0;
  let lastCommand = '';

  const happens = (fault: keyof SsiFaults): boolean => {
    if (faults[fault] === 0) return false;
    faults[fault] -= 1;
    return true;
  };
  const answer = (opcode: number, data: number[] = []): void => {
    if (!happens('loseAnswers')) void pair.write(makePacket(opcode, 0, Buffer.from(data)));
  };
  const sendFirst = (): void => {
    cancelTimeout();
    const [first] = outgoing;
    if (first === undefined) return;
    if (first.sends > maxRetries) {
      outgoing.shift();
      sendFirst();
      return;
    }
    const packet = makePacket(first.opcode, first.status | (first.sends > 0 ? 1 : 0), first.data);
    first.sends += 1;
    scanPackets += 1;
    void pair.write(happens('garbleScans') ? garble(packet) : packet);
    cancelTimeout = scheduler.after(answerTimeoutMs, sendFirst);
  };
  const take = (opcode: number, status: number, data: Buffer): void => {
    if (opcode === ack || opcode === nak) {
      if (happens('loseHostAnswers')) return;
      if (opcode === ack) outgoing.shift();
      sendFirst();
      return;
    }
    const command = [ssiNames[opcode] ?? `0x${opcode.toString(16)}`, ...data].join(' ');
    if ((status & 1) === 0 || command !== lastCommand) scanner.commands.push(command);
    lastCommand = command;
    answer(ack);
  };
  const scanner: EmulatedSsi = {
    commands: [],
    faults,
    scanPackets: () => scanPackets,
    raw: false,
    deaf: false,
    async scan(text) {
      if (scanner.raw) return pair.write(`${text}\r`);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += maxPartBytes) {
        const status = at + maxPartBytes < bytes.length ? 2 : 0;
        const part = bytes.subarray(at, at + maxPartBytes);
        outgoing.push({ opcode: decodeData, status, data: Buffer.from([qrCode, ...part]), sends: 0 });
        if (outgoing.length === 1) sendFirst();
      }
    },
  };
  pair.onData((bytes) => {
    if (scanner.deaf) return;
    heard = Buffer.concat([heard, bytes]);
    for (let length = (heard[0] ?? 0) + 2; heard.length >= length && length > 2; length = (heard[0] ?? 0) + 2) {
      const packet = heard.subarray(0, length);
      heard = heard.subarray(length);
      const [, opcode = 0, source = 0, status = 0] = packet;
      const whole = ((sumOf(packet.subarray(0, -2)) + packet.readUInt16BE(length - 2)) & 0xffff) === 0;
      if (!whole || source !== 4) throw new Error(`no packet of a host: ${packet.toString('hex')}`);
      const isCommand = opcode !== ack && opcode !== nak;
      if (isCommand && happens('garbleCommands')) answer(nak, [1]);
      else take(opcode, status, packet.subarray(4, -2));
    }
  });
  return scanner;
}
