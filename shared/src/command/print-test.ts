import Type from 'typebox';
import { strictObject } from '../schema.ts';
import type { CommandKind } from './command-kind.ts';

/** A slip that says that it is a test. */
export const printTestCommand = {
  kind: 'print-test',
  order: strictObject({ kind: Type.Literal('print-test') }),
  result: strictObject({
    /** `sent-unconfirmed`: every byte went out to a printer that cannot say what became of it. */
    print: Type.Union([Type.Literal('printed'), Type.Literal('sent-unconfirmed')]),
  }),
  words: { ko: '인쇄 시험', en: 'Test print' },
} as const satisfies CommandKind;
