// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatMoment } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { onLanguage, say } from '../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/pg.ts').RegistrationReply} RegistrationReply */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

const steps = [
  { state: 'stored', words: { ko: '신청을 접수했습니다', en: 'Your registration is in' } },
  { state: 'handed-over', words: { ko: '쿠폰을 만들고 있습니다', en: 'The coupon is being made' } },
  { state: 'sent', words: { ko: '문자로 보냈습니다', en: 'Sent by text message' } },
];
/** Quick at first, then at ease; after ten minutes the page stops asking. */
const quickAsks = 30;
const quickMs = 1_000;
const slowMs = 5_000;
const maxAsks = 144;

/** @type {{ reply: RegistrationReply | undefined, failure: { words: Words, code: string } | undefined }} */
const now = { reply: undefined, failure: undefined };
/** @type {() => void} */
let startAnew = () => undefined;

/** @param {() => void} onAnew the customer wants to register another coupon */
export function setUpProgress(onAnew) {
  startAnew = onAnew;
  onLanguage(show);
}

/**
 * Follows a registration until its barcode has been sent.
 *
 * @param {RegistrationReply} first
 */
export async function followRegistration(first) {
  now.reply = first;
  now.failure = undefined;
  byId('progress', HTMLElement).hidden = false;
  show();
  byId('progress-title', HTMLElement).focus();
  for (let asks = 0; now.reply.state !== 'sent' && asks < maxAsks; asks++) {
    await pause(asks < quickAsks ? quickMs : slowMs);
    const reply = await call('GET', `/v1/registrations/${first.registrationId}`);
    if (reply.ok && reply.value.state !== now.reply.state) {
      now.reply = /** @type {RegistrationReply} */ (reply.value);
      show();
    } else if (!reply.ok && reply.code !== 'no_answer') {
      now.failure = { words: reply.message, code: reply.code };
      return show();
    }
  }
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function show() {
  const { reply, failure } = now;
  if (reply === undefined) return;
  const isSent = reply.state === 'sent';
  const reached = steps.findIndex(({ state }) => state === reply.state);
  const title = isSent
    ? { ko: '메시지를 확인하세요', en: 'Check your messages' }
    : { ko: '쿠폰을 준비하고 있습니다', en: 'Your coupon is on its way' };
  fill(
    byId('progress', HTMLElement),
    el('span', { class: `progress-sign ${isSent ? 'progress-done' : ''}` }, icon(isSent ? 'phone' : 'wait')),
    el('h2', { id: 'progress-title', tabindex: '-1' }, say(title)),
    el(
      'ol',
      { class: 'progress-steps' },
      ...steps.map(({ words }, index) =>
        el(
          'li',
          { class: index <= reached && 'reached' },
          icon(index <= reached ? 'check' : 'wait'),
          say(words),
          el('span', { class: 'hidden-words' }, index <= reached ? say({ ko: ' (완료)', en: ' (done)' }) : ''),
        ),
      ),
    ),
    failure === undefined
      ? el(
          'p',
          { class: 'validity' },
          say({ ko: '사용 기한 ', en: 'Valid until ' }),
          el('strong', { id: 'valid-until' }, formatMoment(reply.validUntilMs - 1)),
        )
      : el('p', { class: 'problem' }, icon('alert'), say(failure.words), ` (${failure.code})`),
    isSent &&
      el(
        'a',
        { class: 'button', id: 'to-schedule', href: `/schedule#${reply.registrationId}` },
        say({ ko: '이용 일정 변경하기', en: 'Change the dates' }),
      ),
    (isSent || failure !== undefined) &&
      el(
        'button',
        { type: 'button', class: 'button', onclick: () => startAnew() },
        say({ ko: '다른 쿠폰 신청하기', en: 'Register another coupon' }),
      ),
  );
}
