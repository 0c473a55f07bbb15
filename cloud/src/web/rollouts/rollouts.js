// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { showBoxes, showReleases, showRollouts } from './show-tables.js';
import { actWords, rolloutWords } from './words.js';

/** @typedef {import('../../../../shared/src/api/release.ts').ReleaseRow} ReleaseRow */
/** @typedef {import('../../../../shared/src/api/release.ts').RolloutRow} RolloutRow */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

const lookEveryMs = 5_000;
/** What was shown last: a page that is drawn anew loses the focus of whoever types in it. */
let shown = '';

/** @param {{ message: Words, code: string, detail: string } | undefined} refusal */
function showProblem(refusal) {
  const place = byId('problem', HTMLElement);
  if (refusal === undefined) fill(place);
  else fill(place, say(refusal.message), ` ${refusal.code} ${refusal.detail}`);
}

/** @param {string} id */
const numberOf = (id) => Number(byId(id, HTMLInputElement).value);

async function show() {
  const [rolloutReply, releaseReply] = await Promise.all([call('GET', '/v1/rollouts'), call('GET', '/v1/releases')]);
  if (!rolloutReply.ok) return showProblem(rolloutReply);
  if (!releaseReply.ok) return showProblem(releaseReply);
  /** @type {RolloutRow[]} */
  const rollouts = rolloutReply.value.rollouts;
  /** @type {ReleaseRow[]} */
  const releases = releaseReply.value.releases;
  const [last] = rollouts;
  const detail = last === undefined ? undefined : await call('GET', `/v1/rollouts/${last.rolloutId}`);
  const attempts = detail?.ok ? detail.value.attempts : [];
  const text = JSON.stringify([rollouts, releases, attempts, document.documentElement.lang]);
  if (text === shown) return;
  shown = text;
  fill(byId('rollouts', HTMLElement), showRollouts(rollouts));
  fill(byId('releases', HTMLElement), showReleases(releases));
  fill(byId('boxes', HTMLElement), showBoxes(attempts));
  showOpen(rollouts.find(({ state }) => state === 'running' || state === 'paused'));
  const versions = [...new Set(releases.filter(({ uploaded }) => uploaded).map(({ version }) => version))];
  const chosen = byId('version', HTMLSelectElement).value;
  fill(byId('version', HTMLSelectElement), ...versions.map((version) => el('option', { value: version }, version)));
  if (versions.includes(chosen)) byId('version', HTMLSelectElement).value = chosen;
}

/** @param {RolloutRow | undefined} rollout */
function showOpen(rollout) {
  const place = byId('open', HTMLElement);
  place.hidden = rollout === undefined;
  byId('begin', HTMLElement).hidden = rollout !== undefined;
  if (rollout === undefined) return fill(place);
  const { version, state, chosen, told, confirmed, failed, percent, maxFailures, maxFailedPercent } = rollout;
  const counts = [
    { words: { ko: '아직 이전 버전', en: 'Not on it yet' }, count: chosen },
    { words: { ko: '알림', en: 'Told' }, count: told },
    { words: { ko: '완료', en: 'Done' }, count: confirmed },
    { words: { ko: '실패', en: 'Failed' }, count: failed },
  ];
  const widen = el('input', { id: 'wider', type: 'number', min: '1', max: '100', step: '1', value: String(percent) });
  fill(
    place,
    el('h2', { id: 'open-title' }, `${version} · ${say(rolloutWords[state])} · ${percent}%`),
    el(
      'dl',
      { class: 'counts' },
      ...counts.map(({ words, count }) => el('div', {}, el('dt', {}, say(words)), el('dd', {}, String(count)))),
    ),
    el(
      'p',
      { class: 'hint' },
      say({
        ko: `${maxFailures}대가 실패하거나 실패가 ${maxFailedPercent}%를 넘으면 멈춥니다.`,
        en: `Halts at ${maxFailures} failures, or above ${maxFailedPercent} % of those that are done.`,
      }),
    ),
    el(
      'div',
      { class: 'acts' },
      act(rollout, state === 'running' ? 'pause' : 'resume'),
      act(rollout, 'abort', 'button-danger'),
      el('div', { class: 'field' }, el('label', { for: 'wider' }, say({ ko: '비율 (%)', en: 'Share (%)' })), widen),
      press(say({ ko: '비율 늘리기', en: 'Widen' }), '', () =>
        send(`/v1/rollouts/${rollout.rolloutId}/percent`, { percent: numberOf('wider') }),
      ),
    ),
  );
}

/**
 * @param {RolloutRow} rollout
 * @param {'pause' | 'resume' | 'abort'} name
 * @param {string} [looks]
 */
const act = ({ rolloutId }, name, looks = '') =>
  press(say(actWords[name]), looks, () => send(`/v1/rollouts/${rolloutId}/${name}`));

/**
 * @param {string} text
 * @param {string} looks
 * @param {() => Promise<unknown>} onPress
 */
function press(text, looks, onPress) {
  const button = el('button', { class: `button ${looks}`, type: 'button' }, text);
  button.addEventListener('click', () => void onPress());
  return button;
}

/**
 * @param {string} path
 * @param {object} [body]
 */
async function send(path, body) {
  const reply = await call('POST', path, body);
  showProblem(reply.ok ? undefined : reply);
  fill(byId('outcome', HTMLElement), ...(reply.ok ? [say({ ko: '처리했습니다.', en: 'Done.' })] : []));
  await show();
}

function begin() {
  const groups = byId('groups', HTMLInputElement)
    .value.split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  return send('/v1/rollouts', {
    version: byId('version', HTMLSelectElement).value,
    groups: groups.length === 0 ? null : groups,
    percent: numberOf('percent'),
    atOnce: numberOf('at-once'),
    maxFailedPercent: numberOf('max-failed-percent'),
    maxFailures: numberOf('max-failures'),
  });
}

setUpLanguage(byId('language', HTMLButtonElement));
// Wider than the window, the tables are scrolled with the keyboard too.
for (const id of ['boxes', 'rollouts', 'releases']) byId(id, HTMLElement).tabIndex = 0;
byId('draft', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void begin();
});
onLanguage(() => {
  showProblem(undefined);
  void show();
});
setInterval(() => void show(), lookEveryMs);
void show();
