// @ts-check
import { byId, fill } from '../../../../shared/src/web/dom.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { createTurns } from '../../../../shared/src/web/turns.js';
import { setUpStaff } from '../frame/staff.js';
import { showAlarms } from './alarm-table.js';

/** @typedef {import('../../../../shared/src/api/alarms.ts').AlarmView} AlarmView */

const refreshMs = 10_000;
/** @type {AlarmView[]} */
let alarms = [];
/** @type {string | null} */
let next = null;
const loads = createTurns();

const select = (/** @type {string} */ id) => byId(id, HTMLSelectElement).value;

/** @param {import('../../../../shared/src/web/http.js').Reply<any>} reply */
function showProblem(reply) {
  fill(byId('problem', HTMLElement), reply.ok ? null : `${say(reply.message)} ${reply.code} ${reply.detail}`);
}

function show() {
  fill(
    byId('alarms', HTMLElement),
    showAlarms(alarms, (reply) => {
      showProblem(reply);
      if (reply.ok) void load();
    }),
  );
  byId('more', HTMLButtonElement).hidden = next === null;
}

/** @param {string} [before] */
async function load(before) {
  const isLast = loads();
  const query = new URLSearchParams();
  const wanted = { state: select('state'), severity: select('severity'), before: before ?? '' };
  for (const [name, value] of Object.entries(wanted)) if (value !== '') query.set(name, value);
  const reply = await call('GET', `/v1/alarms?${query}`);
  if (wanted.state !== select('state') || wanted.severity !== select('severity')) return;
  // Asked for before an alarm was taken, it would show that one as open again.
  if (before === undefined && !isLast()) return;
  if (!reply.ok) return showProblem(reply);
  alarms = before === undefined ? reply.value.alarms : [...alarms, ...reply.value.alarms];
  next = reply.value.next;
  show();
}

byId('alarms', HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
setUpStaff();
byId('filter', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
for (const id of ['state', 'severity']) byId(id, HTMLSelectElement).addEventListener('change', () => void load());
byId('more', HTMLButtonElement).addEventListener('click', () => void load(next ?? undefined));
onLanguage(show);
void load();
setInterval(() => {
  // Not while somebody writes a note, or has read on.
  if (document.querySelector('dialog') === null && alarms.length <= 200) void load();
}, refreshMs);
