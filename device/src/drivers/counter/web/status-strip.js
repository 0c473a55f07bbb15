// @ts-check
import { byId, el, fill, setText } from '../../../../../shared/src/web/dom.js';
import { formatClock } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';
import { showLight } from './lamp.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxView} BoxView */
/** @typedef {import('@scanpay/shared/api/lights.ts').LightRow} LightRow */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */
/** @typedef {import('../../../../../shared/src/web/icons.js').IconName} IconName */

const names = {
  link: { ko: '통신', en: 'Link' },
  clock: { ko: '시계', en: 'Clock' },
  scanner: { ko: '스캐너', en: 'Scanner' },
  printer: { ko: '프린터', en: 'Printer' },
  lamp: { ko: '표시등', en: 'Lamp' },
  camera: { ko: '카메라', en: 'Camera' },
};
const cameraStates = {
  connecting: { ko: '준비 중', en: 'starting' },
  ready: { ko: '정상', en: 'ready' },
  fault: { ko: '확인 필요', en: 'needs attention' },
};
const cameraTones = /** @type {const} */ ({ connecting: 'care', ready: 'good', fault: 'bad' });
const careful = { tone: /** @type {'good' | 'bad' | 'care'} */ ('care') };

/** What the strip showed last; the box repeats itself every few seconds. */
let shown = '';

/**
 * @param {BoxView} view
 * @param {readonly LightRow[]} lights
 */
export function showStatus(view, lights) {
  setText(byId('shop-name', HTMLElement), view.merchantName);
  setText(byId('device-id', HTMLElement), view.deviceId);
  setText(byId('lamp-words', HTMLElement), say(view.lightMeaning));
  byId('strip', HTMLElement).dataset.light = view.light;
  const row = lights.find(({ light }) => light === view.light);
  if (row !== undefined) showLight(byId('lamp-dot', HTMLElement), row);
  showPrinterAdvice(view);
  const items = describe(view);
  const text = JSON.stringify(items);
  if (text === shown) return;
  shown = text;
  fill(
    byId('parts', HTMLElement),
    ...items.map(({ name, sign, words, tone }) =>
      el('li', { class: `part part-${tone}` }, icon(sign), el('span', { class: 'part-name' }, name), ' ', words),
    ),
  );
}

/**
 * What the printer needs, on a line of its own: whoever stands before it may be new here.
 * @param {BoxView} view
 */
function showPrinterAdvice(view) {
  const line = byId('printer-advice', HTMLElement);
  line.hidden = view.printerAdvice === null;
  line.className = `printer-advice printer-advice-${toneOf(view)}`;
  setText(line, view.printerAdvice === null ? '' : say(view.printerAdvice));
}

/**
 * @param {BoxView} view
 * @returns {'good' | 'bad' | 'care'}
 */
function toneOf({ printer, printerAdvice }) {
  if (printer === 'fault' || (printer === 'unknown' && printerAdvice !== null)) return 'bad';
  return printer === 'ok' && printerAdvice === null ? 'good' : 'care';
}

/**
 * @param {BoxView} view
 * @returns {{ name: string, sign: IconName, words: string, tone: 'good' | 'bad' | 'care' }[]}
 */
function describe(view) {
  const { linkUp, clockTrusted, scannerReady, camera, printerState, openCount, receiptsWaiting, clock } = view;
  const ready = say({ ko: '정상', en: 'ready' });
  const time = `${formatClock(view.nowMs)}${clockTrusted ? sayDrift(clock) : say({ ko: ' 맞추는 중', en: ' not set' })}`;
  const items = [
    part('link', 'link', linkUp ? say({ ko: '연결됨', en: 'up' }) : say({ ko: '끊김', en: 'down' }), linkUp),
    { ...part('clock', 'clock', time, clockTrusted), ...(clockTrusted && clock.warning ? careful : {}) },
    part('scanner', 'scan', scannerReady ? ready : say({ ko: '없음', en: 'missing' }), scannerReady),
    { ...part('printer', 'printer', say(printerState), true), tone: toneOf(view) },
  ];
  if (camera !== null) {
    items.push({ ...part('camera', 'camera', say(cameraStates[camera.kind]), true), tone: cameraTones[camera.kind] });
  }
  // A box without a lamp is well; one whose lamp went dark is not.
  if (view.lamp.kind === 'fault') items.push(part('lamp', 'question', say({ ko: '고장', en: 'fault' }), false));
  if (openCount > 0) items.push(count({ ko: '결과 확인 중', en: 'Unresolved' }, openCount, 'question'));
  if (receiptsWaiting > 0) items.push(count({ ko: '출력 대기', en: 'To print' }, receiptsWaiting, 'receipt'));
  return items;
}

/**
 * Only where the system clock is further off than it should be; the technician finds the rest under Lamp.
 *
 * @param {BoxView['clock']} clock
 */
function sayDrift({ warning, driftMs }) {
  if (!warning || driftMs === null) return '';
  const seconds = (Math.abs(driftMs) / 1_000).toFixed(1);
  return driftMs > 0
    ? say({ ko: ` (시스템 ${seconds}초 느림)`, en: ` (system ${seconds} s slow)` })
    : say({ ko: ` (시스템 ${seconds}초 빠름)`, en: ` (system ${seconds} s fast)` });
}

/**
 * @param {keyof typeof names} name
 * @param {IconName} sign
 * @param {string} words
 * @param {boolean} isGood
 */
function part(name, sign, words, isGood) {
  return {
    name: say(names[name]),
    sign,
    words,
    tone: /** @type {'good' | 'bad' | 'care'} */ (isGood ? 'good' : 'bad'),
  };
}

/**
 * @param {Words} name
 * @param {number} number
 * @param {IconName} sign
 */
function count(name, number, sign) {
  return { name: say(name), sign, words: String(number), tone: /** @type {'good' | 'bad' | 'care'} */ ('care') };
}
