import Type from 'typebox';
import { strictObject } from '../schema.ts';
import type { CommandKind } from './command-kind.ts';

/** The last lines of the box's own log, without card numbers or personal data, as an attachment (gzip, RFC 1952). */
export const collectLogsCommand = {
  kind: 'collect-logs',
  order: strictObject({
    kind: Type.Literal('collect-logs'),
    /** Lines at most; the newest are kept. */
    maxLines: Type.Integer({ minimum: 1, maximum: 20_000 }),
  }),
  result: strictObject({
    lines: Type.Integer({ minimum: 0 }),
    /** Lines that something was taken out of. */
    redactedLines: Type.Integer({ minimum: 0 }),
  }),
  words: { ko: '로그 수집', en: 'Collect logs' },
} as const satisfies CommandKind;
