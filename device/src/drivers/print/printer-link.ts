import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { PrinterStatus } from '../../ports/printer.ts';
import { createAnswerReader } from './answer-reader.ts';
import type { ByteStream, OpenByteStream } from './byte-stream.ts';
import { createConnection } from './connection.ts';
import { type Completion, createDialogue } from './dialogue.ts';
import type { SessionSettings } from './session-settings.ts';

export interface SessionDeps {
  open: OpenByteStream;
  scheduler: Scheduler;
  settings: SessionSettings;
}

/** Connection and dialogue kept in step: a line on which an answer is missing is dropped and opened again. */
export interface PrinterLink {
  start(): void;
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
  awaitQuiet(): Promise<void>;
}

/**
 * After a write broke off the printer may be waiting for the rest of a command. Zeros end it: they are ignored in
 * between, and no command of a receipt takes more bytes than this.
 */
const padding = new Uint8Array(256);

export function createPrinterLink(deps: SessionDeps): PrinterLink {
  const { scheduler, settings } = deps;
  const reader = createAnswerReader();
  const dialogue = createDialogue({ reader, scheduler, settings });
  const connection = createConnection({
    open: deps.open,
    scheduler,
    timing: settings,
    onBytes: reader.onBytes,
    onLost: reader.fail,
  });
  let running = false;
  let paddingDue = false;

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
  return {
    get running() {
      return running;
    },
    start() {
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
      const status = await dialogue.askStatus(line);
      // A late answer would be taken for the next one's, so a line without an answer is done with.
      if (status.kind === 'unknown') connection.reset(status.reason);
      else connection.proven();
      return status;
    },
    async awaitCompletion(line) {
      const completion = await dialogue.awaitCompletion(line);
      if (completion.kind === 'lost') drop(completion.reason);
      return completion;
    },
    awaitQuiet: dialogue.awaitQuiet,
  };
}
