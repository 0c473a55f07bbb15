import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { PrinterStatus } from '../../ports/printer.ts';
import { createAnswerReader } from './answer-reader.ts';
import { createAutomaticWatch } from './automatic-watch.ts';
import type { ByteStream, OpenByteStream } from './byte-stream.ts';
import { createConnection } from './connection.ts';
import { type Completion, createDialogue } from './dialogue.ts';
import { escpos, longestCommandBytes } from './escpos-commands.ts';
import type { SessionSettings } from './session-settings.ts';

export interface SessionDeps {
  open: OpenByteStream;
  scheduler: Scheduler;
  settings: SessionSettings;
}

/** Connection and dialogue kept in step: a line on which an answer is missing is dropped and opened again. */
export interface PrinterLink {
  /** `onStatus` is told what the printer says unasked. */
  start(onStatus: (status: PrinterStatus) => void): void;
  stop(): Promise<void>;
  readonly running: boolean;
  /** The open line, or undefined after at most `connectWaitMs`. */
  line(): Promise<ByteStream | undefined>;
  /** Why there is none. */
  problem(): string;
  /** False when the line is gone. */
  write(line: ByteStream, bytes: Uint8Array): Promise<boolean>;
  askStatus(line: ByteStream): Promise<PrinterStatus>;
  awaitCompletion(line: ByteStream): Promise<Completion>;
  /**
   * Lets the printer finish what it may have of an earlier job, so that its answer is not taken for the next job's, and
   * learns whether it answers GS r at all. False when the printer is not fit to go on.
   */
  settle(line: ByteStream): Promise<boolean>;
}

/**
 * After a write broke off, be it that the box lost power, the printer may be waiting for the rest of a command. Zeros
 * end it: they are ignored in between, and no command of a receipt takes more bytes than this.
 */
const padding = new Uint8Array(longestCommandBytes);
const forgotten = 'the printer has forgotten the job, as one does that was switched off and on';

export function createPrinterLink(deps: SessionDeps): PrinterLink {
  const { scheduler, settings } = deps;
  let heard: (status: PrinterStatus) => void = () => undefined;
  const automatic = createAutomaticWatch((status) => heard(status));
  const reader = createAnswerReader(automatic.onPacket);
  const dialogue = createDialogue({ reader, scheduler, settings });
  const connection = createConnection({
    open: deps.open,
    scheduler,
    timing: settings,
    onBytes: reader.onBytes,
    onLost() {
      reader.fail();
      automatic.onLost();
    },
  });
  let running = false;
  let paddingDue = true;
  /** It has answered GS r: when it does not any more, it has forgotten what it was sent. */
  let answersInOrder = false;

  const drop = (reason: string): void => {
    paddingDue = true;
    connection.reset(reason);
  };
  const write = async (line: ByteStream, bytes: Uint8Array): Promise<boolean> => {
    const taken = await dialogue.write(line, bytes);
    if (!taken) drop('the line was lost or takes no data');
    else if (!settings.hasStatusChannel) connection.proven();
    return taken;
  };
  const complete = async (line: ByteStream, limitMs: number): Promise<Completion> => {
    const completion = await dialogue.awaitCompletion(line, limitMs);
    if (completion.kind === 'lost') drop(completion.reason);
    if (completion.kind === 'done') answersInOrder = true;
    if (completion.kind === 'no-answer' && answersInOrder) return { kind: 'fault', reason: forgotten };
    return completion;
  };
  return {
    get running() {
      return running;
    },
    start(onStatus) {
      heard = onStatus;
      running = true;
      connection.start();
    },
    async stop() {
      running = false;
      await connection.stop();
    },
    async line() {
      const line = running ? await connection.ready(settings.connectWaitMs) : undefined;
      if (line === undefined || !paddingDue) return line;
      if (!(await write(line, padding))) return undefined;
      paddingDue = false;
      return line;
    },
    problem: connection.lastProblem,
    write,
    async askStatus(line) {
      const newest = automatic.follow();
      const status = newest(await dialogue.askStatus(line));
      // A late answer would be taken for the next one's, so a line without an answer is done with.
      if (status.kind === 'unknown') connection.reset(status.reason);
      else connection.proven();
      // Carried out in order, so only a printer that is well is told: with another one the commands would pile up.
      if (status.kind === 'ok' && settings.automaticStatus && automatic.isDue()) {
        automatic.asked();
        await write(line, escpos.automaticStatus);
      }
      return status;
    },
    awaitCompletion: (line) => complete(line, settings.completionTimeoutMs),
    async settle(line) {
      const limitMs = answersInOrder ? settings.completionTimeoutMs : settings.firstAnswerTimeoutMs;
      const { kind } = await complete(line, limitMs);
      if (kind === 'lost' || kind === 'fault') return false;
      await dialogue.awaitQuiet();
      return true;
    },
  };
}
