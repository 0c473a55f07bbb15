import Type from 'typebox';
import { strictObject } from '../schema.ts';
import type { CommandKind } from './command-kind.ts';

/** Every pattern of the lamp, one after the other. */
export const lightTestCommand = {
  kind: 'light-test',
  order: strictObject({ kind: Type.Literal('light-test') }),
  result: strictObject({
    /** Patterns shown. */
    shown: Type.Integer({ minimum: 0, maximum: 100 }),
    /** How the lamp is driven. */
    driver: Type.String({ maxLength: 40 }),
  }),
  words: { ko: '표시등 시험', en: 'Light test' },
} as const satisfies CommandKind;
