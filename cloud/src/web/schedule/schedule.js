// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatDay, formatMoment, seoulDate } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import {
  checkSchedule,
  describeSchedule,
  makeHistory,
  makeScheduleForm,
  showFormProblem,
} from '../../../../shared/src/web/schedule-form.js';
import { makeUuidV7 } from '../../../../shared/src/web/uuid.js';

/** @typedef {import('@scanpay/shared/api/schedule.ts').RegistrationSchedule} RegistrationSchedule */
/** @typedef {RegistrationSchedule['items'][number]} Item */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */
/** @typedef {{ message: Words, code?: string, detail?: string }} Refusal */
/** @typedef {{ visitFrom: string, visitTo: string, headcount: number, reason: string }} Asked */

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;
/** The operator answers within seconds, or is away; after that the page stops asking. */
const pendingAsks = 30;
const askEveryMs = 4_000;
const answerTimeoutMs = 15_000;

/** The registration id is in the fragment, which the browser does not pass on to other pages. */
const registrationId = () => (idPattern.test(location.hash.slice(1)) ? location.hash.slice(1) : undefined);

/** @type {RegistrationSchedule | undefined} */
let shown;
/** What was asked last, and under which id: the same again is the same change. */
let last = { key: '', changeId: '' };
let isSending = false;

async function load() {
  const id = registrationId();
  byId('missing', HTMLElement).hidden = id !== undefined;
  if (id === undefined) return show(undefined);
  const reply = await call('GET', `/v1/registrations/${id}/schedule`);
  if (id !== registrationId()) return;
  if (!reply.ok) return showProblem(reply);
  show(reply.value);
}

/** @param {RegistrationSchedule | undefined} next */
function show(next) {
  shown = next;
  byId('rules', HTMLElement).hidden = next === undefined;
  const until = next === undefined ? '' : formatMoment(next.validUntilMs - 1);
  fill(
    byId('validity', HTMLElement),
    next !== undefined && say({ ko: `쿠폰 유효기간: ${until}까지`, en: `The coupon is valid until ${until}` }),
  );
  fill(byId('items', HTMLElement), ...(next?.items ?? []).map(makeItem));
}

/** @param {Item} item */
function makeItem(item) {
  const { offerId, title, lastDay, changesLeft, changes } = item;
  const isPending = changes.some(({ state }) => state === 'pending');
  const left = { ko: `${changesLeft}번 더 변경할 수 있습니다.`, en: `It can be changed ${changesLeft} more times.` };
  return el(
    'section',
    { class: 'card item', 'aria-labelledby': `${offerId}-title` },
    el('h2', { id: `${offerId}-title` }, say(title)),
    el('p', { id: `${offerId}-now` }, el('strong', {}, describeSchedule(item))),
    el(
      'p',
      { class: 'hint' },
      say({
        ko: `${formatDay(lastDay)}까지 이용할 수 있습니다. `,
        en: `The visit may end on ${formatDay(lastDay)} at the latest. `,
      }),
      say(left),
    ),
    changesLeft > 0 &&
      !isPending &&
      makeScheduleForm(offerId, item, {
        today: seoulDate(Date.now()),
        lastDay,
        submit: { ko: '일정 변경하기', en: 'Change the dates' },
        onSubmit: (asked) => void submit(item, asked),
      }),
    isPending &&
      el('p', { class: 'chip chip-open' }, say({ ko: '변경을 처리하고 있습니다', en: 'A change is on its way' })),
    changes.length > 0 && makeHistory(changes, formatMoment),
  );
}

/**
 * @param {Item} item
 * @param {Asked} asked
 */
async function submit({ offerId }, asked) {
  if (isSending) return;
  showProblem(undefined);
  fill(byId('outcome', HTMLElement));
  const wrong = checkSchedule(asked);
  if (wrong !== undefined) return showFormProblem(offerId, { message: wrong });
  showFormProblem(offerId, undefined);
  const id = registrationId();
  const key = JSON.stringify({ id, offerId, ...asked });
  if (last.key !== key) last = { key, changeId: makeUuidV7() };
  isSending = true;
  const reply = await ask(`/v1/registrations/${id}/schedule-changes`, { changeId: last.changeId, offerId, ...asked });
  isSending = false;
  // What got no answer is asked again under the same id; what was refused stays refused under it.
  if (reply.ok || reply.code !== 'no_answer') last = { key: '', changeId: '' };
  // A refusal leaves what was typed, unless the schedule is another by now.
  if (reply.ok || reply.code === 'schedule_conflict') await load();
  if (!reply.ok) {
    fill(byId('outcome', HTMLElement));
    showFormProblem(offerId, reply);
  } else if (reply.value.state === 'applied') showApplied();
}

/**
 * Sends a change until the operator has decided on it, or the page stops asking.
 *
 * @param {string} path
 * @param {object} body
 */
async function ask(path, body) {
  let reply = await call('POST', path, body, answerTimeoutMs);
  for (let asks = 0; asks < pendingAsks && reply.ok && reply.value.state === 'pending'; asks++) {
    showWaiting();
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    const next = await call('POST', path, body, answerTimeoutMs);
    if (next.ok || next.code !== 'no_answer') reply = next;
  }
  return reply;
}

function showApplied() {
  const words = {
    ko: '일정이 변경되었습니다. 문자로도 알려 드립니다.',
    en: 'The dates are changed. You are told by text message, too.',
  };
  fill(byId('outcome', HTMLElement), say(words));
}

function showWaiting() {
  const words = {
    ko: '변경을 접수했습니다. 운영사에 전달하고 있습니다.',
    en: 'Your change is in. It is being passed on to the operator.',
  };
  fill(byId('outcome', HTMLElement), say(words));
}

/** @param {Refusal | undefined} refusal */
function showProblem(refusal) {
  fill(byId('problem', HTMLElement), refusal !== undefined && `${say(refusal.message)} ${refusal.code ?? ''}`);
}

setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(() => show(shown));
addEventListener('hashchange', () => void load());
void load();
