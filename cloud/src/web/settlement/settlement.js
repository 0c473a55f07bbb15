// @ts-check
import { ask } from '../../../../shared/src/web/ask.js';
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatDay, seoulDate } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { closeDay, ownCompany, readDay } from './books.js';
import { showDay } from './show-day.js';
import { learnShopNames, nameParty } from './words.js';

/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

const refreshMs = 2_000;
/** What is drawn, so that it is drawn anew only when something has changed. */
let drawn = '';
let asked = location.hash.slice(1);

const chosenDate = () => byId('date', HTMLInputElement).value;

async function refresh() {
  const date = chosenDate();
  if (date === '') return;
  const reply = await readDay(date);
  if (date !== chosenDate()) return;
  showProblem(reply.ok ? undefined : reply.message, reply.ok ? '' : reply.code, 'refresh');
  if (!reply.ok) return;
  const text = JSON.stringify(reply.value);
  if (text === drawn) return;
  drawn = text;
  showDay(reply.value, refresh);
  showAskedStatement();
}

/** Whoever comes from a payment wants to see one statement (`#statement-…`); once, and not again. */
function showAskedStatement() {
  if (asked === '') return;
  document.getElementById(asked)?.scrollIntoView();
  asked = '';
}

/** Who complained: a refresh that succeeds takes back only what a refresh complained about. */
let complainer = '';

/**
 * @param {Words | undefined} words
 * @param {string} code
 * @param {'refresh' | 'close'} who
 */
function showProblem(words, code, who) {
  if (words === undefined && complainer !== who) return;
  complainer = who;
  const place = byId('problem', HTMLElement);
  if (words === undefined) fill(place);
  else fill(place, icon('alert'), el('span', {}, say(words), ' ', el('span', { class: 'code' }, code)));
}

function whatClosingDoes() {
  if (ownCompany === null) {
    return {
      ko: '운영사, PG사, 카드사가 차례로 마감하고 정산서를 보냅니다. 이 날짜로는 더 결제되지 않으며, 이후 결제는 다음 날로 넘어갑니다.',
      en: 'Operator, PG and card company close one after the other, and the statements follow. Later payments count for the next day. This cannot be taken back.',
    };
  }
  const { ko, en } = nameParty(ownCompany);
  return {
    ko: `${ko} 장부의 이 날짜를 마감합니다. 이 날짜로는 더 결제되지 않으며, 이후 결제는 다음 날로 넘어갑니다. 되돌릴 수 없습니다.`,
    en: `This date is closed in the book of the ${en}. Later payments count for the next day. This cannot be taken back.`,
  };
}

async function close() {
  const businessDate = chosenDate();
  if (businessDate === '') return;
  const isSure = await ask({
    title: { ko: '하루를 마감할까요?', en: 'Close the day?' },
    body: [el('p', {}, el('strong', {}, formatDay(businessDate))), el('p', {}, say(whatClosingDoes()))],
    yes: { ko: '마감하기', en: 'Close it' },
    no: { ko: '닫기', en: 'Not now' },
  });
  if (!isSure) return;
  const button = byId('close', HTMLButtonElement);
  button.disabled = true;
  const reply = await closeDay(businessDate);
  button.disabled = false;
  fill(byId('outcome', HTMLElement));
  if (reply.ok) {
    showProblem(undefined, '', 'close');
    const words = {
      ko: '마감했습니다. 정산서가 차례로 도착합니다.',
      en: 'Closed. The statements follow one after the other.',
    };
    fill(byId('outcome', HTMLElement), icon('check'), say(words));
  } else {
    const detail = reply.detail === '' ? '' : ` ${reply.detail}`;
    showProblem(reply.message, `${reply.code}${detail}`, 'close');
  }
  await refresh();
}

async function refreshForEver() {
  await learnShopNames();
  for (;;) {
    await refresh();
    await new Promise((resolve) => setTimeout(resolve, refreshMs));
  }
}

const askedDate = new URLSearchParams(location.search).get('date');
byId('date', HTMLInputElement).value = askedDate ?? seoulDate(Date.now());
byId('date', HTMLInputElement).addEventListener('change', () => {
  fill(byId('outcome', HTMLElement));
  showProblem(undefined, '', 'close');
  history.replaceState(null, '', `?date=${chosenDate()}`);
  void refresh();
});
byId('day', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void close();
});
setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(() => {
  drawn = '';
  void refresh();
});
void refreshForEver();
