// @ts-check
import { byId, el, fill, setText } from '../../../../../../shared/src/web/dom.js';
import { call } from '../../../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/set-up.ts').SetUpView} SetUpView */

const everyMs = 1_000;
const askTimeoutMs = 4_000;

const steps = /** @type {const} */ ([
  { stages: ['waiting', 'joining-wifi'], words: { ko: '1. 설치코드 스캔', en: '1. Scan the claim' } },
  { stages: ['enrolling'], words: { ko: '2. 등록', en: '2. Register' } },
  { stages: ['testing'], words: { ko: '3. 점검', en: '3. Self-test' } },
  { stages: ['done'], words: { ko: '4. 영업 시작', en: '4. Open' } },
]);
const outcomeWords = {
  ok: { ko: '정상', en: 'OK' },
  warning: { ko: '주의', en: 'Warning' },
  fault: { ko: '이상', en: 'Fault' },
  skipped: { ko: '생략', en: 'Skipped' },
};
const outcomeChips = { ok: 'chip chip-good', warning: 'chip chip-care', fault: 'chip chip-bad', skipped: 'chip' };

/** @type {SetUpView | undefined} */
let view;

/** @param {SetUpView} next */
function show(next) {
  view = next;
  const { stage, headline, advice, refusal, light } = next;
  setText(byId('headline', HTMLElement), say(headline));
  setText(byId('advice', HTMLElement), say(advice));
  setText(byId('refusal', HTMLElement), refusal === null ? '' : `${refusal.code} ${refusal.detail}`.trim());
  byId('stage', HTMLElement).dataset.mood = refusal === null ? '' : 'bad';
  setText(byId('lamp-meaning', HTMLElement), say(light.meaning));
  setText(byId('lamp-look', HTMLElement), say(light.look));
  showSteps(stage);
  const scanners = next.scanners.map(({ part, isReady, detail }) =>
    el(
      'li',
      {},
      el('span', { class: isReady ? 'chip chip-good' : 'chip chip-bad' }, say(outcomeWords[isReady ? 'ok' : 'fault'])),
      el('strong', {}, part),
      isReady ? null : el('span', { class: 'hint' }, detail),
    ),
  );
  fill(byId('scanners', HTMLElement), ...scanners);
  byId('checks-frame', HTMLElement).hidden = next.checks.length === 0;
  const checks = next.checks.map(({ name, outcome, seen }) =>
    el(
      'li',
      {},
      el('span', { class: outcomeChips[outcome] }, say(outcomeWords[outcome])),
      el('strong', {}, say(name)),
      el('span', { class: 'hint' }, seen),
    ),
  );
  fill(byId('checks', HTMLElement), ...checks);
}

/** @param {SetUpView['stage']} stage */
function showSteps(stage) {
  const at = steps.findIndex(({ stages }) => stages.some((each) => each === stage));
  const items = steps.map(({ words }, index) =>
    el('li', { class: index < at ? 'past' : null, 'aria-current': index === at ? 'step' : null }, say(words)),
  );
  fill(byId('steps', HTMLElement), ...items);
}

async function follow() {
  const reply = await call('GET', '/api/set-up', undefined, askTimeoutMs);
  const lost = byId('lost', HTMLElement);
  if (reply.ok) {
    lost.hidden = true;
    show(reply.value);
  } else if (reply.code === 'not_found') {
    // The box is set up: its counter page is here now.
    location.reload();
    return;
  } else {
    lost.hidden = false;
    setText(lost, say({ ko: '단말기의 응답을 기다립니다.', en: 'Waiting for the box to answer.' }));
  }
  setTimeout(() => void follow(), everyMs);
}

setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(() => view && show(view));
void follow();
