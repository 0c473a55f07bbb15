import Type from 'typebox';
import { EpochMsSchema, strictObject } from '../schema.ts';
import type { CommandKind } from './command-kind.ts';

/** Stops cleanly and starts anew; refused with `payment_open` while a payment is open or uncertain. */
export const restartCommand = {
  kind: 'restart',
  order: strictObject({ kind: Type.Literal('restart') }),
  /** Answered after the start that followed. */
  result: strictObject({ startedAtMs: EpochMsSchema }),
  words: { ko: '다시 시작', en: 'Restart' },
} as const satisfies CommandKind;
