// @ts-check
import { ask } from '../../../../shared/src/web/ask.js';
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatMoment } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { makeTable } from '../../../../shared/src/web/table.js';
import { showAlarms } from '../alarms/alarm-table.js';
import { askForStaff, setUpStaff, staff } from '../frame/staff.js';
import { commandStates, describeResult, nameOf, orders } from './command-words.js';

/** @typedef {import('../../../../shared/src/api/commands.ts').CommandView} CommandView */
/** @typedef {import('../../../../shared/src/api/alarms.ts').AlarmView} AlarmView */

const deviceId = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');
/** Sooner while a command is under way. */
const refreshMs = { busy: 1_000, calm: 10_000 };
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {CommandView[]} */
let commands = [];
/** @type {AlarmView[]} */
let alarms = [];

/** @param {import('../../../../shared/src/web/http.js').Reply<any>} reply */
function showProblem(reply) {
  fill(byId('problem', HTMLElement), reply.ok ? null : `${say(reply.message)} ${reply.code} ${reply.detail}`);
}

/** @param {typeof orders[number]} wanted */
async function give({ order, words, danger }) {
  const requestedBy = staff();
  if (requestedBy === '') return askForStaff();
  const isWanted =
    danger !== true ||
    (await ask({
      title: { ko: `${words.ko}?`, en: `${words.en}?` },
      body: [
        el(
          'p',
          {},
          say({
            ko: '단말기 프로그램이 멈추고 다시 시작합니다. 결제 중이면 단말기가 거절합니다.',
            en: 'The box stops and starts again. It refuses while a payment is under way.',
          }),
        ),
      ],
      yes: words,
      no: { ko: '취소', en: 'Cancel' },
      danger: true,
    }));
  if (!isWanted) return;
  showProblem(await call('POST', `/v1/devices/${deviceId}/commands`, { order, requestedBy }));
  await keepLoading();
}

function showButtons() {
  const buttons = orders.map((wanted) => {
    const look = wanted.danger === true ? 'button button-danger' : 'button';
    return el('button', { type: 'button', class: look, onclick: () => void give(wanted) }, say(wanted.words));
  });
  fill(byId('buttons', HTMLElement), ...buttons);
}

const head = [
  { ko: '명령', en: 'Command' },
  { ko: '요청', en: 'Asked' },
  { ko: '상태', en: 'State' },
  { ko: '결과', en: 'Result' },
];

function showCommands() {
  if (commands.length === 0) {
    return el('p', { class: 'nothing' }, say({ ko: '아직 명령이 없습니다.', en: 'No command yet.' }));
  }
  return makeTable(head, commands.map(showCommand));
}

/** @param {CommandView} command */
function showCommand(command) {
  const { words, chip } = commandStates[command.state];
  const { commandId, code, detail, attachment, reason: why } = command;
  const reason = code === null ? '' : `${code}${detail === '' ? '' : `: ${detail}`}`;
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, nameOf(command)),
    el('td', {}, formatMoment(command.createdAtMs), el('div', { class: 'small' }, command.requestedBy)),
    el('td', {}, el('span', { class: `chip ${chip}` }, say(words))),
    el(
      'td',
      { class: 'words' },
      el(
        'div',
        { class: 'answer' },
        why === null ? describeResult(command) : say(why),
        reason === '' ? null : el('span', { class: 'small' }, reason),
        attachment === null
          ? null
          : el(
              'a',
              { href: `/v1/commands/${commandId}/attachment`, download: true },
              say({ ko: '내려받기', en: 'Download' }),
            ),
      ),
    ),
  );
}

function show() {
  fill(byId('commands', HTMLElement), showCommands());
  fill(
    byId('alarms', HTMLElement),
    showAlarms(alarms, (reply) => {
      showProblem(reply);
      if (reply.ok) void load();
    }),
  );
}

async function load() {
  const [ofCommands, ofAlarms] = await Promise.all([
    call('GET', `/v1/devices/${deviceId}/commands`),
    call('GET', `/v1/alarms?deviceId=${deviceId}`),
  ]);
  if (ofCommands.ok && ofAlarms.ok) {
    commands = ofCommands.value.commands;
    alarms = ofAlarms.value.alarms;
    if (document.querySelector('dialog') === null) show();
  } else {
    showProblem(ofCommands.ok ? ofAlarms : ofCommands);
  }
}

/** Loads now, and again and again; a later call takes over. */
async function keepLoading() {
  await load();
  clearTimeout(timer);
  const isBusy = commands.some(({ endedAtMs, state }) => endedAtMs === null && state !== 'queued');
  timer = setTimeout(() => void keepLoading(), isBusy ? refreshMs.busy : refreshMs.calm);
}

fill(byId('box-name', HTMLElement), deviceId);
for (const id of ['commands', 'alarms']) byId(id, HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
setUpStaff();
byId('orders', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
showButtons();
onLanguage(() => {
  showButtons();
  show();
});
void keepLoading();
