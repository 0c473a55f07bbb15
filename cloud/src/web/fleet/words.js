// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { formatMoment } from '../../../../shared/src/web/format.js';
import { say } from '../../../../shared/src/web/language.js';

/** @typedef {import('../../../../shared/src/api/fleet.ts').DeviceRow} DeviceRow */
/** @typedef {import('../../../../shared/src/fleet/telemetry.ts').HealthPart} HealthPart */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** @type {Record<HealthPart, Words>} */
const partWords = {
  scanner: { ko: '스캐너', en: 'scanner' },
  printer: { ko: '프린터', en: 'printer' },
  light: { ko: '표시등', en: 'light' },
  clock: { ko: '시계', en: 'clock' },
  disk: { ko: '디스크', en: 'disk' },
  temperature: { ko: '온도', en: 'temperature' },
  memory: { ko: '메모리', en: 'memory' },
  certificate: { ko: '인증서', en: 'certificate' },
  payments: { ko: '미확정 결제', en: 'open payments' },
  receipts: { ko: '밀린 영수증', en: 'waiting receipts' },
  config: { ko: '설정 거부', en: 'settings rejected' },
};

const healthLooks = {
  ok: { look: 'chip-good', words: { ko: '정상', en: 'well' } },
  warning: { look: 'chip-care', words: { ko: '주의', en: 'warning' } },
  fault: { look: 'chip-bad', words: { ko: '고장', en: 'fault' } },
};

const configLooks = {
  none: { look: '', words: { ko: '기본 설정', en: 'own file' } },
  applied: { look: 'chip-good', words: { ko: '적용됨', en: 'applied' } },
  waiting: { look: 'chip-care', words: { ko: '적용 대기', en: 'waiting' } },
  rejected: { look: 'chip-bad', words: { ko: '거부됨', en: 'rejected' } },
};

/** @type {Record<string, Words>} */
const stateWords = {
  ok: { ko: '정상', en: 'ok' },
  fault: { ko: '고장', en: 'fault' },
  unknown: { ko: '응답 없음', en: 'silent' },
  none: { ko: '없음', en: 'none' },
  ready: { ko: '정상', en: 'ok' },
  stopped: { ko: '꺼짐', en: 'stopped' },
  'paper-out': { ko: '용지 없음', en: 'paper out' },
  'cover-open': { ko: '덮개 열림', en: 'cover open' },
  cutter: { ko: '커터 고장', en: 'cutter' },
  offline: { ko: '오프라인', en: 'offline' },
  error: { ko: '오류', en: 'error' },
};

/** @param {readonly string[]} states */
export const nameStates = (states) =>
  states.map((state) => say(stateWords[state] ?? { ko: state, en: state })).join(', ');

const never = { ko: '없음', en: 'never' };

/**
 * @param {string} look
 * @param {string} text
 */
const chip = (look, text) => el('span', { class: `chip ${look}` }, text);

/** @param {number | null} epochMs */
export const momentOf = (epochMs) => (epochMs === null ? say(never) : formatMoment(epochMs));

/** @param {Pick<DeviceRow, 'online'>} device */
export function connectionChip({ online }) {
  if (online === null) return chip('', say({ ko: '연결된 적 없음', en: 'never seen' }));
  return online
    ? chip('chip-good', say({ ko: '온라인', en: 'online' }))
    : chip('chip-bad', say({ ko: '오프라인', en: 'offline' }));
}

/** @param {DeviceRow['health']} health */
export function healthChip(health) {
  if (health === null) return chip('', say({ ko: '보고 없음', en: 'not told' }));
  const { look, words } = healthLooks[health.level];
  const parts = health.problems.map(({ part }) => say(partWords[part]));
  return chip(look, [say(words), ...parts].join(' · '));
}

/** @param {Pick<DeviceRow, 'online' | 'health' | 'config'>} device */
export const chipsOf = (device) => [connectionChip(device), healthChip(device.health), configChip(device.config)];

/** @param {DeviceRow['config']} config */
export function configChip({ state, desiredVersion, appliedVersion }) {
  const { look, words } = configLooks[state];
  if (state === 'none') return chip(look, say(words));
  const versions = appliedVersion === desiredVersion ? `v${appliedVersion}` : `v${appliedVersion} → v${desiredVersion}`;
  return chip(look, `${say(words)} ${versions}`);
}
