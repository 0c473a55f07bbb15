import { type AutomaticStatus, automaticStatusLength, isAutomaticStatus } from './automatic-status.ts';
import { isInOrderAnswer, isRealtimeAnswer } from './realtime-status.ts';

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

/** `onAutomatic` is told what the printer says unasked, whole packets only. */
export function createAnswerReader(onAutomatic: (status: AutomaticStatus) => void): AnswerReader {
  let realtime: ((byte: number | undefined) => void) | undefined;
  let inOrder: ((seen: boolean) => void) | undefined;
  /** The bytes of an automatic status so far; empty between two. */
  let packet: number[] = [];

  const onPacketByte = (byte: number): void => {
    packet.push(byte);
    if (packet.length < automaticStatusLength) return;
    const [printer = 0, error = 0, rollSensor = 0] = packet;
    packet = [];
    onAutomatic({ printer, error, rollSensor });
  };
  const onByte = (byte: number): void => {
    if (isRealtimeAnswer(byte)) {
      realtime?.(byte);
      realtime = undefined;
    } else if (isAutomaticStatus(byte)) {
      // Also in place of a packet that broke off.
      packet = [byte];
    } else if (isInOrderAnswer(byte)) {
      if (packet.length > 0) {
        onPacketByte(byte);
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
      packet = [];
    },
  };
}
