import { ScanPayError } from '@scanpay/shared/errors.ts';
import { maxJobBytes, type Printer, type PrinterStatus, type PrintResult } from '../../ports/printer.ts';
import type { ByteStream } from './byte-stream.ts';
import { createPrinterLink, type PrinterLink, type SessionDeps } from './printer-link.ts';

const chunkBytes = 1024;
const maxWaitingJobs = 16;
const offline: PrintResult = { kind: 'fault', faults: ['offline'] };
const noStatusLine: PrinterStatus = {
  kind: 'unknown',
  reason: 'the printer has no status channel',
  cause: 'no-status-line',
};

/** A printer behind a line that carries bytes both ways: one job at a time, and its own word on how each ended. */
export function createPrinterSession(deps: SessionDeps): Printer {
  const { hasStatusChannel } = deps.settings;
  const link = createPrinterLink(deps);
  const job = createPrintJob(link, hasStatusChannel);
  let waitingJobs = 0;
  let queueTail: Promise<unknown> = Promise.resolve();
  let askedStatus: Promise<PrinterStatus> | undefined;

  const enqueue = <T>(job: () => Promise<T>): Promise<T> => {
    const result = queueTail.then(job);
    queueTail = result.catch(() => undefined);
    return result;
  };
  const readStatus = async (): Promise<PrinterStatus> => {
    const line = await link.line();
    if (line === undefined) return { kind: 'unknown', reason: `not connected: ${link.problem()}` };
    if (!hasStatusChannel) return noStatusLine;
    const status = await link.askStatus(line);
    // Not left for the first receipt, which a customer waits for.
    if (status.kind === 'ok') await job.settle(line);
    return status;
  };
  return {
    async start(onStatus = () => undefined) {
      link.start(onStatus);
    },
    async stop() {
      await link.stop();
      await queueTail;
    },
    async print(bytes) {
      checkJob(bytes);
      if (waitingJobs >= maxWaitingJobs) throw new ScanPayError('busy', 'too many print jobs wait');
      waitingJobs += 1;
      const copy = Uint8Array.from(bytes);
      return enqueue(() => job.print(copy)).finally(() => {
        waitingJobs -= 1;
      });
    },
    status() {
      askedStatus ??= enqueue(readStatus).finally(() => {
        askedStatus = undefined;
      });
      return askedStatus;
    },
  };
}

/** @throws ScanPayError `too_large`, `invalid_input`. */
export function checkJob(bytes: Uint8Array): void {
  if (bytes.length > maxJobBytes) throw new ScanPayError('too_large', `print job of ${bytes.length} bytes`);
  if (bytes.length === 0) throw new ScanPayError('invalid_input', 'empty print job');
}

interface PrintJob {
  print(bytes: Uint8Array): Promise<PrintResult>;
  /** False when the printer turned out not to be fit to print. */
  settle(line: ByteStream): Promise<boolean>;
}

function createPrintJob(link: PrinterLink, hasStatusChannel: boolean): PrintJob {
  /** The last job was not confirmed, or is unknown as at the start: the printer may still be at it, and answer late. */
  let unsettled = true;

  const settle = async (line: ByteStream): Promise<boolean> => {
    if (unsettled) unsettled = !(await link.settle(line));
    return !unsettled;
  };

  /** Undefined when the printer is fit to print. */
  const checkBefore = async (line: ByteStream): Promise<PrintResult | undefined> => {
    if (!hasStatusChannel) return undefined;
    const status = await link.askStatus(line);
    if (status.kind === 'unknown') return offline;
    if (status.kind === 'fault') return { kind: 'fault', faults: status.faults };
    return (await settle(line)) ? undefined : offline;
  };

  const send = async (line: ByteStream, bytes: Uint8Array): Promise<PrintResult> => {
    unsettled = true;
    for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
      const taken = await link.write(line, bytes.subarray(offset, offset + chunkBytes));
      if (!taken || !link.running) return { kind: 'uncertain', reason: 'the line was lost or stalled midway' };
    }
    if (!hasStatusChannel) return { kind: 'sent-unconfirmed' };
    const completion = await link.awaitCompletion(line);
    if (completion.kind === 'lost' || completion.kind === 'fault') {
      return { kind: 'uncertain', reason: completion.reason };
    }
    unsettled = false;
    return { kind: completion.kind === 'done' ? 'printed' : 'sent-unconfirmed' };
  };

  return {
    settle,
    async print(bytes) {
      const line = await link.line();
      if (line === undefined) return offline;
      const refusal = await checkBefore(line);
      if (refusal !== undefined) return refusal;
      return link.running ? send(line, bytes) : offline;
    },
  };
}
