import { afterReading } from '@scanpay/shared/after-reading.ts';
import { maxScanBytes, type ScanSign } from '../../../ports/scanner.ts';
import { type Command, createCommandQueue, type Deliver } from './command-queue.ts';
import type { Conversation, Dialect, DialectLine } from './dialect.ts';
import {
  continuedBit,
  decodeSsi,
  encodeSsi,
  nakResend,
  retransmitBit,
  type SsiPacket,
  ssiOpcode,
} from './ssi-packet.ts';
import { createSsiSplitter } from './ssi-splitter.ts';

/** Beep codes: 0–4 are one to five short high beeps, 5–9 short low, 10–14 long high, 15–19 long low. */
const beepCode = { twoShortHigh: 1, threeShortLow: 7, threeLongLow: 17, slowWarble: 21, lowHigh: 23 } as const;
/** The LED that lights at a good read. */
const decodeLed = 1;

const command = (opcode: number, data: readonly number[] = [], pauseMs = 0): Command => ({
  bytes: encodeSsi(opcode, data),
  pauseMs,
});
const beep = (code: number, pauseMs = 0): Command => command(ssiOpcode.beep, [code], pauseMs);

const signs: Readonly<Record<ScanSign, readonly Command[]>> = {
  approved: [
    command(ssiOpcode.ledOn, [decodeLed]),
    beep(beepCode.lowHigh, 1500),
    command(ssiOpcode.ledOff, [decodeLed]),
  ],
  recheck: [beep(beepCode.twoShortHigh)],
  declined: [beep(beepCode.threeLongLow)],
  refused: [beep(beepCode.threeShortLow)],
  unknown: [beep(beepCode.slowWarble)],
};

/** Serial Response Time-out: how long a side waits for an answer; 2 s is the scanners' own default. */
const responseTimeoutMs = 2000;
/** "The host should limit the number of retries": as many as the decoder itself makes. */
const maxRetries = 2;
/** A message of several packets, and a scan prefixed and suffixed, at the longest. */
const maxMessageBytes = maxScanBytes + 64;
/** Asked again this often, a scanner that garbles every packet is left alone; its scan is lost and told as such. */
const maxNaks = 2;

/**
 * Zebra (Symbol, Motorola) scanners whose host type is SSI, over RS-232 or USB CDC. As the guides have it; not tried on
 * hardware.
 *
 * - Packets, ACK and NAK: Simple Serial Interface Programmer's Guide (72E-40451-04); the same in SE-923 Integration
 *   Guide (70-37052), chapter 6, and SE955 Integration Guide (72E-72322), chapter 10. Opcodes: MP72 Product Reference
 *   Guide, "SSI Commands" (docs.zebra.com).
 * - START_SESSION and STOP_SESSION need the trigger mode "Host".
 * - Beep codes: DataWedge "NOTIFY" (techdocs.zebra.com) and MK1000 Product Reference Guide, table 5-8.
 * - Scans are taken as DECODE_DATA packets, also over several, and as raw text, whichever the scanner is set to.
 *
 * Without answers (ACK/NAK off, or a dead line) each command is given up after its retries; reading goes on.
 */
export const zebraSsiDialect: Dialect = (line) => {
  const receiver = createReceiver(line);
  const queue = createCommandQueue(receiver.deliver);
  return {
    push: receiver.push,
    show: (sign) => queue.replace('sign', signs[sign]),
    trigger: (open) => queue.replace('trigger', [command(open ? ssiOpcode.startSession : ssiOpcode.stopSession)]),
    close() {
      queue.close();
      receiver.close();
    },
  } satisfies Conversation;
};

function createReceiver(line: DialectLine) {
  const answers = createAnswerWaiter(line);
  const scans = createScanAssembler(line);
  let naks = 0;
  const splitter = createSsiSplitter({
    ...line,
    onPacket(bytes) {
      const packet = decodeSsi(bytes);
      if (packet === undefined) {
        scans.forgetLast();
        naks += 1;
        if (naks > maxNaks) line.onRejected('half-line', bytes.length);
        else line.send(encodeSsi(ssiOpcode.cmdNak, [nakResend]));
        return;
      }
      naks = 0;
      if (packet.opcode === ssiOpcode.cmdAck) answers.acknowledged();
      else if (packet.opcode === ssiOpcode.cmdNak) answers.refused(packet.data[0]);
      else {
        line.send(encodeSsi(ssiOpcode.cmdAck));
        if (packet.opcode === ssiOpcode.decodeData) scans.take(packet);
      }
    },
    onText: line.onText,
    onHalfPacket(byteCount) {
      scans.forgetLast();
      line.onRejected('half-line', byteCount);
    },
  });
  return {
    push: splitter.push,
    deliver: answers.deliver,
    close() {
      splitter.reset();
      scans.close();
    },
  };
}

/** Sends a command and waits for its ACK; sends it again with the retransmit bit when it does not come. */
function createAnswerWaiter({ scheduler, send, onDeaf }: DialectLine) {
  let onAnswer: ((cause: number | undefined) => void) | undefined;
  /** After a command that was not answered at all the next ones are said once: a sign must not come a sale late. */
  let deaf = false;

  const deliver: Deliver = ({ bytes, pauseMs }, done) => {
    let retries = 0;
    let cancelTimer: () => void;
    const finish = (): void => {
      onAnswer = undefined;
      cancelTimer();
      cancelTimer = scheduler.after(pauseMs, done);
    };
    const again = (): void => {
      cancelTimer();
      if (retries === maxRetries || deaf) {
        if (!deaf) onDeaf();
        deaf = true;
        finish();
        return;
      }
      retries += 1;
      cancelTimer = afterReading(scheduler, responseTimeoutMs, again);
      send(encodeSsi(bytes[1] ?? 0, [...bytes.subarray(4, -2)], retransmitBit));
    };
    onAnswer = (cause) => (cause === nakResend ? again() : finish());
    cancelTimer = afterReading(scheduler, responseTimeoutMs, again);
    send(bytes);
    return () => {
      onAnswer = undefined;
      cancelTimer();
    };
  };

  const hear = (cause: number | undefined): void => {
    deaf = false;
    onAnswer?.(cause);
  };
  return {
    deliver,
    acknowledged: () => hear(undefined),
    /** Any cause but a resend: the scanner will not do it, and asking again does not help. */
    refused: (cause: number | undefined) => hear(cause ?? 0),
  };
}

/** Puts a scan together that came over several packets; each begins with the code type. */
function createScanAssembler({ scheduler, interByteTimeoutMs, onText, onRejected }: DialectLine) {
  let parts: Buffer[] = [];
  let byteCount = 0;
  let last: Buffer | undefined;
  let cancelTimeout: (() => void) | undefined;

  const clear = (): void => {
    cancelTimeout?.();
    parts = [];
    byteCount = 0;
  };
  const giveUp = (): void => {
    onRejected('half-line', byteCount);
    clear();
  };

  return {
    take({ status, data }: SsiPacket) {
      // Our ACK was lost: the packet is here already.
      if ((status & retransmitBit) !== 0 && last?.equals(data)) return;
      last = data;
      cancelTimeout?.();
      byteCount += data.length - 1;
      if (byteCount <= maxMessageBytes) parts.push(data.subarray(1));
      if ((status & continuedBit) !== 0) {
        cancelTimeout = afterReading(scheduler, interByteTimeoutMs + responseTimeoutMs, giveUp);
        return;
      }
      const text = Buffer.concat([...parts, Buffer.from('\n')]);
      const whole = byteCount <= maxMessageBytes;
      const rejectedBytes = byteCount;
      clear();
      if (whole) onText(text);
      else onRejected('too-long', rejectedBytes);
    },
    /** A packet was lost on the way: what is sent again now may say the same as the last one and be another scan. */
    forgetLast() {
      last = undefined;
    },
    close: clear,
  };
}
