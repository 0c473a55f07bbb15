import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { PrinterStatus } from '../../ports/printer.ts';
import type { AnswerReader } from './answer-reader.ts';
import type { ByteStream } from './byte-stream.ts';
import { withDeadline } from './deadline.ts';
import { escpos } from './escpos-commands.ts';
import { readRealtimeAnswers } from './realtime-status.ts';
import type { SessionSettings } from './session-settings.ts';

/** `no-answer`: well all the time, but it does not answer GS r. After `lost` the line is out of step. */
export type Completion =
  | { kind: 'done' }
  | { kind: 'no-answer' }
  | { kind: 'fault'; reason: string }
  | { kind: 'lost'; reason: string };

/** At most so many answers of earlier jobs are waited for. */
const maxLateAnswers = 4;

/** Questions to the printer and writes on an open line, each with its deadline. Nothing here rejects. */
export interface Dialogue {
  /** False when the line is lost, or takes nothing in time. */
  write(stream: ByteStream, bytes: Uint8Array): Promise<boolean>;
  /** DLE EOT 1…4, one after the other as the manual wants it. After `unknown` the line is out of step. */
  askStatus(stream: ByteStream): Promise<PrinterStatus>;
  /**
   * Waits until everything sent is carried out. DLE EOT is answered on arrival, while the job is still in the buffer, so
   * GS r is asked: that is answered in order. A printer that runs out of paper before does not answer it.
   */
  awaitCompletion(stream: ByteStream, limitMs: number): Promise<Completion>;
  /** Lets late answers to GS r arrive, until none has come for `quietMs`. */
  awaitQuiet(): Promise<void>;
}

export function createDialogue(deps: {
  reader: AnswerReader;
  scheduler: Scheduler;
  settings: SessionSettings;
}): Dialogue {
  const { reader, scheduler, settings } = deps;

  const write = async (stream: ByteStream, bytes: Uint8Array): Promise<boolean> => {
    try {
      const taken = stream.write(bytes).then(() => true);
      return (await withDeadline(taken, settings.writeTimeoutMs, scheduler)) === true;
    } catch {
      return false;
    }
  };

  const askOne = async (stream: ByteStream, n: 1 | 2 | 3 | 4): Promise<number | undefined> => {
    const answer = reader.nextRealtime();
    if (!(await write(stream, escpos.realtimeStatus(n)))) return undefined;
    return withDeadline(answer, settings.statusTimeoutMs, scheduler);
  };

  const askStatus = async (stream: ByteStream): Promise<PrinterStatus> => {
    const answers: number[] = [];
    for (const n of [1, 2, 3, 4] as const) {
      const answer = await askOne(stream, n);
      if (answer === undefined) return { kind: 'unknown', reason: 'the printer does not answer' };
      answers.push(answer);
    }
    const [printer = 0, offlineCause = 0, errorCause = 0, rollSensor = 0] = answers;
    return readRealtimeAnswers({ printer, offlineCause, errorCause, rollSensor });
  };

  return {
    write,
    askStatus,
    async awaitCompletion(stream, limitMs) {
      const carriedOut = reader.nextInOrder();
      if (!(await write(stream, escpos.inOrderStatus))) return { kind: 'lost', reason: 'the line was lost' };
      for (let waitedMs = 0; waitedMs < limitMs; waitedMs += settings.completionPollMs) {
        const done = await withDeadline(carriedOut, settings.completionPollMs, scheduler);
        if (done === false) return { kind: 'lost', reason: 'the line was lost' };
        const status = await askStatus(stream);
        if (status.kind === 'unknown') return { kind: 'lost', reason: status.reason };
        if (status.kind === 'fault') return { kind: 'fault', reason: `printer: ${status.faults.join(', ')}` };
        if (done === true) return { kind: 'done' };
      }
      return { kind: 'no-answer' };
    },
    async awaitQuiet() {
      for (let count = 0; count < maxLateAnswers; count += 1) {
        const late = await withDeadline(reader.nextInOrder(), settings.quietMs, scheduler);
        if (late !== true) return;
      }
    },
  };
}
