// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatMoment } from '../../../../shared/src/web/format.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeTable } from '../../../../shared/src/web/table.js';
import { attemptWords, rolloutWords } from './words.js';

/** @typedef {import('../../../../shared/src/api/release.ts').AttemptRow} AttemptRow */
/** @typedef {import('../../../../shared/src/api/release.ts').ReleaseRow} ReleaseRow */
/** @typedef {import('../../../../shared/src/api/release.ts').RolloutRow} RolloutRow */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/**
 * @param {Words[]} head
 * @param {HTMLTableRowElement[]} rows
 */
function table(head, rows) {
  if (rows.length === 0) return el('p', { class: 'nothing' }, say({ ko: '아직 없습니다.', en: 'None yet.' }));
  return makeTable(head, rows);
}

/** @param {AttemptRow[]} attempts */
export function showBoxes(attempts) {
  const head = [
    { ko: '단말기', en: 'Box' },
    { ko: '상태', en: 'State' },
    { ko: '이유', en: 'Why' },
    { ko: '시각', en: 'Since' },
  ];
  return table(
    head,
    attempts.map(({ deviceId, state, code, reason, detail, updatedAtMs }) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, deviceId),
        el('td', { class: attemptWords[state].tone ?? null }, say(attemptWords[state])),
        el(
          'td',
          { class: 'reason' },
          reason === null ? '' : `${say(reason)} (${code}${detail === '' ? '' : `: ${detail}`})`,
        ),
        el('td', {}, formatMoment(updatedAtMs)),
      ),
    ),
  );
}

/** @param {RolloutRow[]} rollouts */
export function showRollouts(rollouts) {
  const head = [
    { ko: '배포판', en: 'Release' },
    { ko: '상태', en: 'State' },
    { ko: '대상', en: 'For' },
    { ko: '완료 / 실패 / 알림', en: 'Done / failed / told' },
    { ko: '시작', en: 'Begun' },
  ];
  return table(
    head,
    rollouts.map(({ version, state, groups, percent, confirmed, failed, told, createdAtMs }) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, version),
        el('td', { class: state === 'halted' ? 'bad' : null }, say(rolloutWords[state])),
        el('td', {}, groups?.join(', ') ?? say({ ko: '전체', en: 'all' }), ` · ${percent}%`),
        el('td', { class: 'number' }, `${confirmed} / ${failed} / ${told}`),
        el('td', {}, formatMoment(createdAtMs)),
      ),
    ),
  );
}

/** @param {ReleaseRow[]} releases */
export function showReleases(releases) {
  const head = [
    { ko: '버전', en: 'Version' },
    { ko: '기종', en: 'Machine' },
    { ko: '크기', en: 'Size' },
    { ko: '유효기간', en: 'Good until' },
    { ko: '파일', en: 'File' },
  ];
  return table(
    head,
    releases.map(({ version, arch, bytes, expiresAtMs, uploaded }) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, version),
        el('td', {}, arch),
        el('td', { class: 'number' }, `${(bytes / 1024 ** 2).toFixed(1)} MiB`),
        el('td', {}, formatMoment(expiresAtMs)),
        el('td', {}, uploaded ? say({ ko: '있음', en: 'here' }) : say({ ko: '올려야 함', en: 'to be uploaded' })),
      ),
    ),
  );
}
