// @ts-check
import { formatMoment } from '../../../../shared/src/web/format.js';
import { say } from '../../../../shared/src/web/language.js';

/** @typedef {import('../../../../shared/src/api/commands.ts').CommandView} CommandView */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/**
 * The commands of the buttons, in their order.
 *
 * @type {{ order: { kind: string, [member: string]: unknown }, words: Words, danger?: true }[]}
 */
export const orders = [
  { order: { kind: 'ping' }, words: { ko: '연결 확인', en: 'Ping' } },
  { order: { kind: 'print-test' }, words: { ko: '인쇄 시험', en: 'Test print' } },
  { order: { kind: 'light-test' }, words: { ko: '표시등 시험', en: 'Light test' } },
  { order: { kind: 'collect-logs', maxLines: 5_000 }, words: { ko: '로그 수집', en: 'Collect logs' } },
  { order: { kind: 'restart' }, words: { ko: '다시 시작', en: 'Restart' }, danger: true },
];

/** @param {CommandView} command */
export const nameOf = ({ order: { kind } }) => {
  const known = orders.find(({ order }) => order.kind === kind);
  return known === undefined ? kind : say(known.words);
};

/** @type {Record<CommandView['state'], { words: Words, chip: string }>} */
export const commandStates = {
  queued: { words: { ko: '연결 대기', en: 'Waits for the box' }, chip: '' },
  sent: { words: { ko: '보냄', en: 'Sent' }, chip: 'chip-brand' },
  accepted: { words: { ko: '실행 중', en: 'Under way' }, chip: 'chip-brand' },
  done: { words: { ko: '완료', en: 'Done' }, chip: 'chip-good' },
  failed: { words: { ko: '실패', en: 'Failed' }, chip: 'chip-bad' },
  expired: { words: { ko: '시간 초과', en: 'Expired' }, chip: 'chip-care' },
};

/**
 * What each kind's result says.
 *
 * @type {Record<string, (result: any) => Words>}
 */
const results = {
  ping: ({ upForMs }) => {
    const minutes = Math.floor(upForMs / 60_000);
    return { ko: `가동 ${minutes}분째`, en: `up for ${minutes} min` };
  },
  'print-test': ({ print }) =>
    print === 'printed'
      ? { ko: '인쇄되었습니다.', en: 'It was printed.' }
      : {
          ko: '보냈으나 프린터가 결과를 알리지 못합니다.',
          en: 'It was sent; this printer cannot say what became of it.',
        },
  'light-test': ({ shown }) => ({ ko: `표시 ${shown}가지`, en: `${shown} patterns` }),
  'collect-logs': ({ lines, redactedLines }) => ({
    ko: `${lines}줄, 그중 ${redactedLines}줄은 일부 삭제`,
    en: `${lines} lines, ${redactedLines} with something taken out`,
  }),
  restart: ({ startedAtMs }) => ({
    ko: `${formatMoment(startedAtMs)} 시작`,
    en: `started ${formatMoment(startedAtMs)}`,
  }),
};

/** @param {CommandView} command */
export function describeResult({ order, result }) {
  const describe = results[order.kind];
  return result === null || describe === undefined ? '' : say(describe(result));
}
