// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { fact } from '../../../../shared/src/web/fact.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeTable, makeTableFrame } from '../../../../shared/src/web/table.js';
import { makeSettingsForm } from './settings-form.js';
import { chipsOf, healthChip, momentOf, nameStates } from './words.js';

/** @typedef {import('../../../../shared/src/api/fleet.ts').DeviceDetail} DeviceDetail */
/** @typedef {import('../../../../shared/src/api/fleet.ts').TelemetryEntry} TelemetryEntry */
/** @typedef {import('../../../../shared/src/fleet/box-settings.ts').BoxSettings} BoxSettings */

const gigabyte = 1e9;
/** @param {number} bytes */
const toGb = (bytes) => `${(bytes / gigabyte).toFixed(1)} GB`;
/** @param {number} ms */
const toDays = (ms) => `${(ms / 86_400_000).toFixed(1)} ${say({ ko: '일', en: 'days' })}`;
/** @param {number | null} milliC */
const toCelsius = (milliC) => (milliC === null ? '–' : `${(milliC / 1000).toFixed(1)} °C`);

/** @param {TelemetryEntry['telemetry']['machine']['disk']} disk */
const describeDisk = (disk) => (disk === null ? '–' : `${toGb(disk.freeBytes)} / ${toGb(disk.totalBytes)}`);

/** @param {TelemetryEntry['telemetry']} told */
function makeFacts(told) {
  const { versions, machine, box, scanner, printer, light, queues, clock, certificateExpiresAtMs } = told;
  return el(
    'dl',
    { class: 'facts' },
    fact({ ko: '프로그램', en: 'Software' }, versions.software, 'fact-main'),
    fact({ ko: '온도', en: 'Temperature' }, toCelsius(machine.temperatureMilliC)),
    fact({ ko: '디스크 여유', en: 'Disk free' }, describeDisk(machine.disk)),
    fact(
      { ko: '메모리 여유', en: 'Memory free' },
      `${toGb(machine.memory.availableBytes)} / ${toGb(machine.memory.totalBytes)}`,
    ),
    fact({ ko: '기기 가동', en: 'Machine up' }, toDays(machine.uptimeMs)),
    fact({ ko: '프로그램 가동', en: 'Software up' }, toDays(box.uptimeMs)),
    fact({ ko: '마지막 스캔', en: 'Last scan' }, momentOf(scanner.lastReadAtMs)),
    fact({ ko: '프린터', en: 'Printer' }, nameStates([printer.state, ...printer.faults])),
    fact({ ko: '표시등', en: 'Light' }, `${nameStates([light.state])} (${light.driver})`),
    fact({ ko: '답을 기다리는 결제', en: 'Payments unanswered' }, String(queues.outbox)),
    fact({ ko: '미확정 결제', en: 'Unresolved' }, String(queues.unresolved)),
    fact({ ko: '밀린 영수증', en: 'Receipts waiting' }, String(queues.receipts)),
    fact({ ko: '시계 오차', en: 'Clock off by' }, clock.driftMs === null ? '–' : `${clock.driftMs} ms`),
    fact({ ko: '인증서 만료', en: 'Certificate until' }, momentOf(certificateExpiresAtMs)),
    fact({ ko: '운영체제', en: 'System' }, `${versions.os}, ${versions.kernel}, Node ${versions.node}`, 'fact-text'),
  );
}

/** @param {readonly TelemetryEntry[]} entries */
function makeHistory(entries) {
  const head = [
    { ko: '받은 때', en: 'Received' },
    { ko: '상태', en: 'Health' },
    { ko: '온도', en: 'Temperature' },
    { ko: '디스크 여유', en: 'Disk free', amount: true },
    { ko: '미확정', en: 'Unresolved', amount: true },
    { ko: '밀린 영수증', en: 'Receipts', amount: true },
  ];
  const rows = entries.map(({ receivedAtMs, telemetry: { health, machine, queues } }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, momentOf(receivedAtMs)),
      el('td', {}, healthChip(health)),
      el('td', {}, toCelsius(machine.temperatureMilliC)),
      el('td', {}, describeDisk(machine.disk)),
      el('td', {}, String(queues.unresolved)),
      el('td', {}, String(queues.receipts)),
    ),
  );
  return makeTableFrame({ ko: '지난 보고', en: 'What it told before' }, makeTable(head, rows));
}

/** @param {DeviceDetail} device */
function makeRejection({ rejected }) {
  if (rejected === null) return null;
  const { configVersion, words, code, detail, atMs } = rejected;
  const title = say({ ko: `설정 v${configVersion} 거부`, en: `Settings v${configVersion} rejected` });
  return el('p', { class: 'problem' }, `${title}: ${say(words)} ${code} ${detail} (${momentOf(atMs)})`);
}

/**
 * One box: how it is, what it is to be set to, what it said lately.
 *
 * @param {DeviceDetail} device
 * @param {readonly TelemetryEntry[]} history
 * @param {{ onSettings: (settings: BoxSettings) => void, onGroup: (group: string | null) => void }} events
 */
export function makeDetail(device, history, { onSettings, onGroup }) {
  const { deviceId, merchantName, newest, group } = device;
  const groupInput = el('input', { id: 'box-group', value: group ?? '', maxlength: 32, autocomplete: 'off' });
  const groupForm = el(
    'form',
    { class: 'search' },
    el(
      'div',
      { class: 'field' },
      el('label', { for: 'box-group' }, say({ ko: '그룹 (비우면 없음)', en: 'Group (empty: none)' })),
      groupInput,
    ),
    el('button', { class: 'button', type: 'submit' }, say({ ko: '그룹 바꾸기', en: 'Change the group' })),
  );
  groupForm.addEventListener('submit', (event) => {
    event.preventDefault();
    onGroup(groupInput.value.trim() === '' ? null : groupInput.value.trim());
  });
  return [
    el('h2', { id: 'detail-title', tabindex: -1 }, `${deviceId} · ${merchantName}`),
    el('p', { id: 'detail-chips', class: 'chips' }, ...chipsOf(device)),
    el('p', {}, el('a', { href: `/boxes/${deviceId}` }, say({ ko: '명령과 경보', en: 'Commands and alarms' }))),
    el(
      'dl',
      { class: 'facts' },
      fact({ ko: '그때부터', en: 'Since' }, momentOf(device.sinceMs)),
      fact({ ko: '마지막 소식', en: 'Last heard of' }, momentOf(device.lastSeenAtMs)),
      fact({ ko: '설정 보고', en: 'Settings told' }, momentOf(device.reportedAtMs)),
    ),
    makeRejection(device),
    newest === null
      ? el('p', { class: 'hint' }, say({ ko: '아직 상태 보고가 없습니다.', en: 'It has not told how it is yet.' }))
      : makeFacts(newest.telemetry),
    history.length > 0 && makeHistory(history),
    el('h3', {}, say({ ko: '설정', en: 'Settings' })),
    el(
      'p',
      { class: 'hint' },
      say({
        ko: '비운 칸은 그룹 설정, 그것도 없으면 단말기 자체 설정을 따릅니다.',
        en: 'An empty field is as its group has it, or else its own file.',
      }),
    ),
    groupForm,
    makeSettingsForm({
      name: 'box',
      settings: device.ownSettings,
      below: device.groupSettings,
      save: { ko: '단말기에 적용하기', en: 'Set the box' },
      onSave: onSettings,
    }),
  ];
}
