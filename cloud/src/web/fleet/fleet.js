// @ts-check
import { byId, el, fill, setText } from '../../../../shared/src/web/dom.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { makeTable } from '../../../../shared/src/web/table.js';
import { makeDetail } from './device-detail.js';
import { makeSettingsForm } from './settings-form.js';
import { chipsOf, configChip, connectionChip, healthChip, momentOf } from './words.js';

/** @typedef {import('../../../../shared/src/api/fleet.ts').DeviceRow} DeviceRow */
/** @typedef {import('../../../../shared/src/api/fleet.ts').DeviceDetail} DeviceDetail */
/** @typedef {import('../../../../shared/src/api/fleet.ts').TelemetryEntry} TelemetryEntry */
/** @typedef {import('../../../../shared/src/api/fleet.ts').FleetSummary} FleetSummary */
/** @typedef {'all' | 'online' | 'offline' | 'unhealthy' | 'not-configured' | 'old'} View */

const refreshMs = 5_000;
const historyShown = 10;
/** @type {View} */
let view = 'all';
/** @type {FleetSummary | undefined} */
let summary;
/** @type {DeviceRow[]} */
let rows = [];
/** @type {string | null} */
let next = null;
/** @type {{ device: DeviceDetail, history: TelemetryEntry[] } | undefined} */
let open;
/** The box that was asked for last: once answered, it is the open one. */
let asked = '';
/** @type {string | undefined} */
let openGroup;

/** Of what the boxes run, the newest: numbers compare as numbers. */
const newestVersion = () =>
  summary?.versions
    .map(({ version }) => version)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);

/** @param {{ message: import('../../../../shared/src/web/language.js').Words, code: string, detail: string } | undefined} refusal */
function showProblem(refusal) {
  setText(
    byId('problem', HTMLElement),
    refusal === undefined ? '' : `${say(refusal.message)} ${refusal.code} ${refusal.detail}`,
  );
}

/** @param {string | null} after */
function listPath(after) {
  const query = new URLSearchParams();
  const newest = newestVersion();
  if (view === 'old' && newest !== undefined) query.set('notVersion', newest);
  else if (view !== 'all' && view !== 'old') query.set('filter', view);
  const words = byId('words', HTMLInputElement).value.trim().toLowerCase();
  const group = byId('group', HTMLSelectElement).value;
  if (words !== '') query.set('search', words);
  if (group !== '') query.set('group', group);
  if (after !== null) query.set('after', after);
  return `/v1/devices?${query}`;
}

async function refresh() {
  const counted = await call('GET', '/v1/fleet');
  if (!counted.ok) return showProblem(counted);
  summary = counted.value;
  // Whoever has paged on keeps what is on the screen.
  if (rows.length <= 100) await load(null);
  drawFigures();
  drawGroups();
}

/** @param {string | null} after */
async function load(after) {
  const path = listPath(after);
  const reply = await call('GET', path);
  if (path !== listPath(after)) return;
  showProblem(reply.ok ? undefined : reply);
  if (!reply.ok) return;
  rows = after === null ? reply.value.devices : [...rows, ...reply.value.devices];
  next = reply.value.next;
  drawList();
}

function drawFigures() {
  if (summary === undefined) return;
  const { devices, online, offline, silent, byHealth, notConfigured, versions } = summary;
  const newest = newestVersion();
  const old = versions.filter(({ version }) => version !== newest).reduce((sum, each) => sum + each.devices, 0);
  /** @type {[View, import('../../../../shared/src/web/language.js').Words, number][]} */
  const figures = [
    ['all', { ko: '전체', en: 'All' }, devices],
    ['online', { ko: '온라인', en: 'Online' }, online],
    ['offline', { ko: '오프라인', en: 'Offline' }, offline + silent],
    ['unhealthy', { ko: '점검 필요', en: 'Unwell' }, (byHealth.warning ?? 0) + (byHealth.fault ?? 0)],
    ['old', { ko: '이전 버전', en: 'Old version' }, old],
    ['not-configured', { ko: '설정 미적용', en: 'Settings not applied' }, notConfigured],
  ];
  const place = byId('figures', HTMLFieldSetElement);
  const focused = document.activeElement?.id;
  fill(
    place,
    ...figures.map(([name, words, count]) =>
      el(
        'button',
        {
          id: `view-${name}`,
          type: 'button',
          class: 'figure',
          'aria-pressed': String(view === name),
          onclick: () => {
            view = name;
            drawFigures();
            void load(null);
          },
        },
        el('span', { class: 'number' }, String(count)),
        el('span', {}, say(words)),
      ),
    ),
  );
  if (focused?.startsWith('view-')) document.getElementById(focused)?.focus();
}

function drawGroups() {
  const select = byId('group', HTMLSelectElement);
  const chosen = select.value;
  const all = el('option', { value: '' }, say({ ko: '전체 그룹', en: 'All groups' }));
  const options = (summary?.groups ?? []).map(({ group, devices }) =>
    el('option', { value: group }, `${group} (${devices})`),
  );
  fill(select, all, ...options);
  select.value = chosen;
}

function drawList() {
  const head = [
    { ko: '단말기', en: 'Box' },
    { ko: '가맹점', en: 'Shop' },
    { ko: '연결', en: 'Connection' },
    { ko: '상태', en: 'Health' },
    { ko: '설정', en: 'Settings' },
    { ko: '버전', en: 'Version' },
    { ko: '그룹', en: 'Group' },
    { ko: '마지막 소식', en: 'Last heard of' },
  ];
  const nothing = el(
    'tr',
    {},
    el('td', { colspan: head.length }, say({ ko: '해당하는 단말기가 없습니다.', en: 'No such box.' })),
  );
  const focused = document.activeElement?.id;
  fill(byId('boxes', HTMLElement), makeTable(head, rows.length === 0 ? [nothing] : rows.map(makeRow)));
  byId('more', HTMLButtonElement).hidden = next === null;
  // Only this: somebody may be filling in the form below it.
  const shown = rows.find(({ deviceId }) => deviceId === open?.device.deviceId);
  if (shown !== undefined) fill(byId('detail-chips', HTMLElement), ...chipsOf(shown));
  if (focused?.startsWith('open-')) document.getElementById(focused)?.focus();
}

/** @param {DeviceRow} row */
function makeRow(row) {
  const { deviceId } = row;
  const name = el(
    'button',
    { id: `open-${deviceId}`, type: 'button', class: 'link', onclick: () => void showDevice(deviceId, true) },
    deviceId,
  );
  return el(
    'tr',
    { class: open?.device.deviceId === deviceId ? 'shown' : null },
    el('th', { scope: 'row' }, name),
    el('td', {}, row.merchantName),
    el('td', {}, connectionChip(row), ' ', row.sinceMs === null ? '' : momentOf(row.sinceMs)),
    el('td', {}, healthChip(row.health)),
    el('td', {}, configChip(row.config)),
    el('td', {}, row.softwareVersion ?? '–'),
    el('td', {}, row.group ?? '–'),
    el('td', {}, momentOf(row.lastSeenAtMs)),
  );
}

/**
 * @param {string} deviceId
 * @param {boolean} moveTo
 */
async function showDevice(deviceId, moveTo) {
  if (moveTo) asked = deviceId;
  const [detail, told] = await Promise.all([
    call('GET', `/v1/devices/${deviceId}`),
    call('GET', `/v1/devices/${deviceId}/telemetry?limit=${historyShown}`),
  ]);
  // Another box may have been opened meanwhile.
  if (deviceId !== asked) return;
  showProblem(detail.ok ? undefined : detail);
  if (!detail.ok) {
    asked = open?.device.deviceId ?? '';
    return;
  }
  open = { device: detail.value, history: told.ok ? told.value.entries : [] };
  drawDetail();
  drawList();
  if (moveTo) byId('detail-title', HTMLElement).focus();
}

function drawDetail() {
  const place = byId('detail', HTMLElement);
  place.hidden = open === undefined;
  if (open === undefined) return;
  const { device, history } = open;
  const path = `/v1/devices/${device.deviceId}`;
  const events = {
    /** @param {object} settings */
    onSettings: (settings) => change(`${path}/config`, { settings }),
    /** @param {string | null} group */
    onGroup: (group) => change(`${path}/group`, { group }),
  };
  fill(place, ...makeDetail(device, history, events));
}

/**
 * @param {string} path
 * @param {object} body
 */
async function change(path, body) {
  const reply = await call('POST', path, body);
  if (!reply.ok) {
    showProblem(reply);
    return byId('problem', HTMLElement).scrollIntoView({ block: 'center' });
  }
  await refresh();
  // Of a group that was set, the list and the chips tell: somebody may be filling in the form of a box.
  if (asked !== '' && path.startsWith('/v1/devices/')) await showDevice(asked, false);
}

function drawGroupSettings() {
  if (openGroup === undefined) return;
  const group = openGroup;
  const known = summary?.groups.find((each) => each.group === group);
  fill(
    byId('group-settings', HTMLElement),
    makeSettingsForm({
      name: 'group',
      settings: known?.settings ?? {},
      below: {},
      save: { ko: `그룹 ${group}에 적용하기`, en: `Set the group ${group}` },
      onSave: (settings) => void change(`/v1/groups/${group}/config`, { settings }),
    }),
  );
}

async function refreshForEver() {
  for (;;) {
    await refresh();
    await new Promise((resolve) => setTimeout(resolve, refreshMs));
  }
}

byId('search', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  rows = [];
  void refresh();
});
byId('group', HTMLSelectElement).addEventListener('change', () => void load(null));
byId('more', HTMLButtonElement).addEventListener('click', () => void load(next));
byId('pick-group', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  openGroup = byId('group-name', HTMLInputElement).value.trim();
  drawGroupSettings();
});
// Wider than the window, the table is scrolled with the keyboard too.
byId('boxes', HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(() => {
  drawFigures();
  drawGroups();
  drawList();
  drawDetail();
  drawGroupSettings();
});
void refreshForEver();
