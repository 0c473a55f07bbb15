// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { call } from '../../../../shared/src/web/http.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { makeUuidV7 } from '../../../../shared/src/web/uuid.js';
import { checkForm, readForm } from './check-form.js';
import { groupCardNumber, groupDigits, groupExpiry, groupMobile } from './grouped-input.js';
import { chosenItems, clearOffers, setUpOffers, showAllCategories } from './offers.js';
import { clearProblems, showProblems, toProblem } from './problems.js';
import { followRegistration, setUpProgress } from './progress.js';

const cardFields = ['card-number', 'card-expiry'];
/** Lost answers are asked for again with the same id, so that it stays one registration. */
const tries = 3;
const pauseMs = 1_500;
const answerTimeoutMs = 30_000;

/** One per form: everything sent from it is the same registration. */
let registrationId = makeUuidV7();
let isSending = false;

function start() {
  setUpLanguage(byId('language', HTMLButtonElement));
  byId('promise', HTMLElement).prepend(icon('check'));
  byId('safety', HTMLElement).prepend(icon('lock'));
  groupDigits(byId('mobile', HTMLInputElement), 11, groupMobile);
  groupDigits(byId('card-number', HTMLInputElement), 19, groupCardNumber);
  groupDigits(byId('card-expiry', HTMLInputElement), 4, groupExpiry);
  setUpProgress(startAnew);
  const form = byId('registration', HTMLFormElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  // A page put aside by the browser (back/forward cache) must not keep the card.
  addEventListener('pagehide', clearCard);
  onLanguage(showSubmit);
  onLanguage(clearProblems);
  showSubmit();
  void loadOffers();
}

async function loadOffers() {
  const reply = await call('GET', '/v1/offers');
  if (reply.ok) return setUpOffers(reply.value.offers, showSubmit);
  fill(
    byId('offers', HTMLElement),
    el('p', { class: 'problem' }, icon('alert'), say(reply.message)),
    el(
      'button',
      { type: 'button', class: 'button', onclick: () => void loadOffers() },
      say({ ko: '다시 시도', en: 'Try again' }),
    ),
  );
}

function showSubmit() {
  const count = chosenItems().length;
  const words = isSending
    ? say({ ko: '신청하고 있습니다…', en: 'Registering…' })
    : say({ ko: '쿠폰 신청하기', en: 'Get the coupon' });
  const chosen = say({ ko: `${count}개 상품`, en: count === 1 ? '1 offer' : `${count} offers` });
  fill(byId('submit', HTMLElement), words, count > 0 && !isSending && el('span', { class: 'submit-count' }, chosen));
}

async function submit() {
  if (isSending) return;
  const form = readForm(registrationId);
  const problems = checkForm(form, Date.now());
  if (problems.length > 0) {
    showAllCategories();
    return showProblems(problems);
  }
  clearProblems();
  setSending(true);
  const reply = await send(form);
  setSending(false);
  if (!reply.ok) return showProblems([toProblem(reply)]);
  clearCard();
  byId('registration', HTMLFormElement).hidden = true;
  await followRegistration(reply.value);
}

/** @param {boolean} next */
function setSending(next) {
  isSending = next;
  // Not disabled: that would take the focus away. A second press does nothing.
  byId('submit', HTMLButtonElement).setAttribute('aria-disabled', String(isSending));
  showSubmit();
}

/** @param {ReturnType<typeof readForm>} form */
async function send(form) {
  let reply = await call('POST', '/v1/registrations', form, answerTimeoutMs);
  for (let tried = 1; tried < tries && !reply.ok && reply.code === 'no_answer'; tried++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    reply = await call('POST', '/v1/registrations', form, answerTimeoutMs);
  }
  // An earlier try got through after all, and the form was changed since: what counts is what was sent first.
  if (!reply.ok && reply.code === 'registration_conflict') {
    const known = await call('GET', `/v1/registrations/${form.registrationId}`);
    if (known.ok) return known;
  }
  return reply;
}

function clearCard() {
  for (const id of cardFields) byId(id, HTMLInputElement).value = '';
}

function startAnew() {
  registrationId = makeUuidV7();
  const form = byId('registration', HTMLFormElement);
  form.reset();
  clearOffers();
  clearProblems();
  showSubmit();
  form.hidden = false;
  byId('progress', HTMLElement).hidden = true;
  byId('main', HTMLElement).focus();
  scrollTo({ top: 0 });
}

start();
