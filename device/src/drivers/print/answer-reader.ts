import { isAutomaticStatus, isInOrderAnswer, isRealtimeAnswer } from './realtime-status.ts';

/** Sorts what the printer sends. Answers carry no address, so one question of each kind is open at a time. */
export interface AnswerReader {
  onBytes(bytes: Uint8Array): void;
  /** The next answer to DLE EOT; undefined when the line is lost. Ask before sending the question. */
  nextRealtime(): Promise<number | undefined>;
  /** Resolves true with the next answer to GS r, false when the line is lost. Ask before sending the question. */
  nextInOrder(): Promise<boolean>;
  /** The line is lost: whoever waits is told. */
  fail(): void;
}

/** After its first byte an automatic status has three more, which look like answers to GS r. */
const automaticStatusTail = 3;

export function createAnswerReader(): AnswerReader {
  let realtime: ((byte: number | undefined) => void) | undefined;
  let inOrder: ((seen: boolean) => void) | undefined;
  let bytesToSkip = 0;

  const onByte = (byte: number): void => {
    if (isRealtimeAnswer(byte)) {
      realtime?.(byte);
      realtime = undefined;
    } else if (isAutomaticStatus(byte)) {
      bytesToSkip = automaticStatusTail;
    } else if (isInOrderAnswer(byte)) {
      if (bytesToSkip > 0) {
        bytesToSkip -= 1;
        return;
      }
      inOrder?.(true);
      inOrder = undefined;
    }
  };
  return {
    onBytes(bytes) {
      for (const byte of bytes) onByte(byte);
    },
    nextRealtime: () =>
      new Promise((resolve) => {
        realtime = resolve;
      }),
    nextInOrder: () =>
      new Promise((resolve) => {
        inOrder = resolve;
      }),
    fail() {
      realtime?.(undefined);
      inOrder?.(false);
      realtime = undefined;
      inOrder = undefined;
      bytesToSkip = 0;
    },
  };
}
