// @ts-check
import { el } from '../../../../shared/src/web/dom.js';
import { say } from '../../../../shared/src/web/language.js';

/** @typedef {import('../../../../shared/src/fleet/box-settings.ts').BoxSettings} BoxSettings */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */
/** @typedef {{ path: string, words: Words, kind: 'number' | 'lines' | 'level', unit?: string, scale?: number }} Field */

const secondsMs = 1_000;

/** Every key there is, as people say it; `scale`: how many of the key's own unit make one of the unit shown. */
/** @type {readonly Field[]} */
const fields = [
  {
    path: 'telemetryIntervalMs',
    words: { ko: '상태 보고 주기', en: 'Report every' },
    kind: 'number',
    unit: 's',
    scale: secondsMs,
  },
  { path: 'logLevel', words: { ko: '로그 수준', en: 'Log level' }, kind: 'level' },
  { path: 'receipt.header', words: { ko: '영수증 머리말 (한 줄씩)', en: 'Slip, top (line by line)' }, kind: 'lines' },
  { path: 'receipt.footer', words: { ko: '영수증 맺음말 (한 줄씩)', en: 'Slip, foot (line by line)' }, kind: 'lines' },
  {
    path: 'limits.deadlineMs',
    words: { ko: '결제 응답 기한', en: 'Result within' },
    kind: 'number',
    unit: 's',
    scale: secondsMs,
  },
  {
    path: 'limits.repeatMs',
    words: { ko: '재전송 간격', en: 'Repeat after' },
    kind: 'number',
    unit: 's',
    scale: secondsMs,
  },
  { path: 'limits.inquiries', words: { ko: '조회 횟수', en: 'Inquiries' }, kind: 'number' },
  {
    path: 'limits.maxRepeatMs',
    words: { ko: '망취소 최대 간격', en: 'Longest pause of reversals' },
    kind: 'number',
    unit: 's',
    scale: secondsMs,
  },
  {
    path: 'limits.recheckMs',
    words: { ko: '재확인 시간', en: 'Time for a recheck' },
    kind: 'number',
    unit: 's',
    scale: secondsMs,
  },
  {
    path: 'limits.awaitScanMs',
    words: { ko: '스캔 대기 시간', en: 'Time to scan' },
    kind: 'number',
    unit: 's',
    scale: secondsMs,
  },
  {
    path: 'limits.showResultMs',
    words: { ko: '결과 표시 시간', en: 'Result shown for' },
    kind: 'number',
    unit: 's',
    scale: secondsMs,
  },
  { path: 'limits.maxOpen', words: { ko: '미확정 결제 한도', en: 'Unresolved payments at most' }, kind: 'number' },
  { path: 'offline.maxCount', words: { ko: '오프라인 현금 건수', en: 'Offline cash, count' }, kind: 'number' },
  {
    path: 'offline.maxTotalWon',
    words: { ko: '오프라인 현금 합계', en: 'Offline cash, sum' },
    kind: 'number',
    unit: '원',
  },
  {
    path: 'offline.maxPerCoupon',
    words: { ko: '쿠폰당 오프라인 사용', en: 'Offline uses of a coupon' },
    kind: 'number',
  },
  { path: 'health.diskWarnMib', words: { ko: '디스크 주의', en: 'Disk, warning below' }, kind: 'number', unit: 'MiB' },
  { path: 'health.diskFaultMib', words: { ko: '디스크 고장', en: 'Disk, fault below' }, kind: 'number', unit: 'MiB' },
  { path: 'health.hotC', words: { ko: '온도 주의', en: 'Hot from' }, kind: 'number', unit: '°C' },
  { path: 'health.tooHotC', words: { ko: '온도 고장', en: 'Too hot from' }, kind: 'number', unit: '°C' },
  { path: 'health.driftWarnMs', words: { ko: '시계 오차 주의', en: 'Clock off by' }, kind: 'number', unit: 'ms' },
  {
    path: 'health.certificateWarnDays',
    words: { ko: '인증서 만료 주의 (일)', en: 'Certificate ends within (days)' },
    kind: 'number',
  },
  {
    path: 'health.memoryWarnPercent',
    words: { ko: '메모리 주의', en: 'Memory, warning below' },
    kind: 'number',
    unit: '%',
  },
];

/**
 * @param {BoxSettings} settings
 * @param {string} path
 * @returns {unknown}
 */
function readPath(settings, path) {
  /** @type {any} */
  let value = settings;
  for (const name of path.split('.')) value = value?.[name];
  return value;
}

/**
 * @param {Field} field
 * @param {unknown} value
 */
function showValue({ kind, scale = 1 }, value) {
  if (value === undefined) return '';
  if (kind === 'lines') return /** @type {string[]} */ (value).join('\n');
  return kind === 'number' ? String(Number(value) / scale) : String(value);
}

/**
 * @param {Field} field
 * @param {string} text
 * @returns {unknown} Undefined: not set.
 */
function readValue({ kind, scale = 1 }, text) {
  if (text.trim() === '') return undefined;
  if (kind === 'lines')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return kind === 'number' ? Math.round(Number(text) * scale) : text;
}

/**
 * A form for settings: an empty field is not set. `below` shows through empty fields, as what is in force without them.
 *
 * @param {{ name: string, settings: BoxSettings, below: BoxSettings, save: Words, onSave: (settings: BoxSettings) => void }} about
 */
export function makeSettingsForm({ name, settings, below, save, onSave }) {
  const inputs = fields.map((field) => ({ field, input: makeInput(name, field, settings, below) }));
  const form = el(
    'form',
    { class: 'settings' },
    ...inputs.map(({ field, input }) => {
      const unit = field.unit === undefined ? '' : ` (${field.unit})`;
      return el('div', { class: 'field' }, el('label', { for: input.id }, `${say(field.words)}${unit}`), input);
    }),
    el('button', { class: 'button button-main', type: 'submit' }, say(save)),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    /** @type {Record<string, any>} */
    const entered = {};
    for (const { field, input } of inputs) {
      const value = readValue(field, input.value);
      if (value === undefined) continue;
      const [section = '', key] = field.path.split('.');
      if (key === undefined) entered[section] = value;
      else entered[section] = { ...entered[section], [key]: value };
    }
    onSave(entered);
  });
  return form;
}

/**
 * @param {string} name
 * @param {Field} field
 * @param {BoxSettings} settings
 * @param {BoxSettings} below
 */
function makeInput(name, field, settings, below) {
  const id = `${name}-${field.path.replace('.', '-')}`;
  const value = showValue(field, readPath(settings, field.path));
  const placeholder = showValue(field, readPath(below, field.path));
  if (field.kind === 'lines') return el('textarea', { id, rows: 2, placeholder }, value);
  if (field.kind === 'number') return el('input', { id, type: 'number', step: 'any', min: 0, value, placeholder });
  const levels = ['debug', 'info', 'warn', 'error'];
  const unset = placeholder === '' ? '–' : `– (${placeholder})`;
  return el(
    'select',
    { id },
    el('option', { value: '' }, unset),
    ...levels.map((level) => el('option', { value: level, selected: level === value }, level)),
  );
}
