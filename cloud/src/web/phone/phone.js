// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatMoment } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/sandbox.ts').PhoneMessage} PhoneMessage */
/** @typedef {import('../../../../shared/src/web/dom.js').Child} Child */

const refreshMs = 1_500;
const linkPattern = /(https?:\/\/\S+)/u;
/** A coupon's link is some 350 characters long; this many are shown of it. */
const shownLinkLength = 44;

/** @type {string[]} */
let mobiles = [];
/** The phone one looks at; kept in the address, so that it can be linked to. */
let mobile = decodeURIComponent(location.hash.slice(1));
/** What is drawn, so that it is drawn anew only when something has come. */
let drawn = '';

async function refresh() {
  const list = await call('GET', '/v1/phones');
  if (!list.ok) return showProblem(list.message);
  mobiles = list.value.mobiles;
  if (!mobiles.includes(mobile)) mobile = mobiles[0] ?? '';
  const messages = mobile === '' ? undefined : await call('GET', `/v1/phones/${mobile}/messages`);
  if (messages !== undefined && !messages.ok) return showProblem(messages.message);
  showProblem(undefined);
  const text = JSON.stringify([mobiles, mobile, messages]);
  if (text === drawn) return;
  drawn = text;
  draw(messages?.value.messages ?? []);
}

/** @param {import('../../../../shared/src/web/language.js').Words | undefined} words */
function showProblem(words) {
  fill(byId('problem', HTMLElement), words && icon('alert'), words && say(words));
}

/** @param {readonly PhoneMessage[]} newestFirst */
function draw(newestFirst) {
  byId('no-mobiles', HTMLElement).hidden = mobiles.length > 0;
  fill(byId('mobiles', HTMLElement), ...mobiles.map(makeMobile));
  byId('phone', HTMLElement).hidden = mobile === '';
  fill(byId('phone-title', HTMLElement), icon('phone'), formatMobile(mobile));
  const messages = byId('messages', HTMLElement);
  fill(messages, ...newestFirst.toReversed().map(makeMessage));
  messages.scrollTop = messages.scrollHeight;
}

/** @param {string} number */
function makeMobile(number) {
  const open = () => {
    mobile = number;
    history.replaceState(null, '', `#${number}`);
    void refresh();
  };
  return el(
    'li',
    {},
    el(
      'button',
      { type: 'button', class: 'mobile', 'aria-pressed': String(number === mobile), onclick: open },
      icon('phone'),
      formatMobile(number),
    ),
  );
}

/** @param {string} number */
const formatMobile = (number) => number.replace(/^([0-9]{3})([0-9]{3,4})([0-9]{4})$/u, '$1-$2-$3');

/** @param {PhoneMessage} message */
function makeMessage({ number, subject, text, hasJpeg, receivedAtMs }) {
  return el(
    'article',
    { class: 'message', 'data-number': String(number) },
    el('p', { class: 'message-time' }, formatMoment(receivedAtMs)),
    el(
      'div',
      { class: 'bubble' },
      hasJpeg && makePicture(number),
      el('h3', {}, subject),
      el('p', { class: 'message-text' }, ...withLinks(text)),
    ),
  );
}

/** @param {number} number */
function makePicture(number) {
  const picture = el('img', {
    src: `/v1/phones/${mobile}/messages/${number}/picture`,
    alt: say({ ko: '문자에 첨부된 쿠폰 바코드', en: 'The barcode of the coupon, attached' }),
  });
  // The picture's height is known only now.
  picture.addEventListener('load', () => {
    const messages = byId('messages', HTMLElement);
    messages.scrollTop = messages.scrollHeight;
  });
  return picture;
}

/**
 * @param {string} text
 * @returns {Child[]}
 */
function withLinks(text) {
  return text.split(linkPattern).map((part, index) => {
    if (index % 2 === 0) return part;
    const shown = part.length > shownLinkLength ? `${part.slice(0, shownLinkLength)}…` : part;
    return el('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, shown);
  });
}

async function refreshForEver() {
  for (;;) {
    await refresh();
    await new Promise((resolve) => setTimeout(resolve, refreshMs));
  }
}

// Who scrolls by keyboard has to reach the messages.
byId('messages', HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(() => {
  drawn = '';
  void refresh();
});
addEventListener('hashchange', () => {
  mobile = decodeURIComponent(location.hash.slice(1));
  void refresh();
});
void refreshForEver();
