import Type from 'typebox';
import { EpochMsSchema, strictObject } from '../schema.ts';
import type { CommandKind } from './command-kind.ts';

/** Whether the box hears and answers, by its own clock. */
export const pingCommand = {
  kind: 'ping',
  order: strictObject({ kind: Type.Literal('ping') }),
  result: strictObject({
    boxTimeMs: EpochMsSchema,
    /** Since the box's process started. */
    upForMs: Type.Integer({ minimum: 0 }),
  }),
  words: { ko: '연결 확인', en: 'Ping' },
} as const satisfies CommandKind;
