// @ts-check
import { byId, el, fill, setText } from '../../../../../shared/src/web/dom.js';
import { fact } from '../../../../../shared/src/web/fact.js';
import { formatMoment } from '../../../../../shared/src/web/format.js';
import { call } from '../../../../../shared/src/web/http.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxView} BoxView */
/** @typedef {import('@scanpay/shared/api/box.ts').CameraLookAnswer} CameraLookAnswer */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */
/** @typedef {NonNullable<CameraLookAnswer['seen']>} Seen */

/** The stream is ended first, the picture has its own deadline, and looking for codes another. */
const lookTimeoutMs = 60_000;

/** @type {Record<Seen['symbols'][number]['holds'], { words: Words, look: string }>} */
const contents = {
  coupon: { words: { ko: '쿠폰', en: 'Coupon' }, look: 'chip-good' },
  receipt: { words: { ko: '영수증', en: 'Receipt' }, look: 'chip-good' },
  other: { words: { ko: '쿠폰이 아닌 코드', en: 'Not a coupon' }, look: 'chip-care' },
};

/** @type {import('../../../../../shared/src/web/http.js').Reply<CameraLookAnswer> | undefined} */
let last;
let isLooking = false;

export function setUpCameraView() {
  byId('camera-look', HTMLButtonElement).addEventListener('click', () => void look());
}

async function look() {
  isLooking = true;
  showLook();
  last = await call('POST', '/api/camera/look', undefined, lookTimeoutMs);
  isLooking = false;
  showLook();
}

/**
 * What is wrong with the camera, on a line of its own; nothing about it where there is none.
 *
 * @param {BoxView | undefined} view
 */
export function showCamera(view) {
  const camera = view?.camera ?? null;
  byId('open-camera', HTMLElement).hidden = camera === null;
  const line = byId('camera-problem', HTMLElement);
  const problem = camera?.problem ?? null;
  line.hidden = problem === null;
  line.title = problem === null ? '' : (camera?.detail ?? '');
  setText(line, problem === null ? '' : say(problem));
}

/** The last look, in the page's language. */
export function showLook() {
  byId('camera-look', HTMLButtonElement).disabled = isLooking;
  const place = byId('camera-result', HTMLElement);
  if (isLooking) {
    return fill(place, el('p', { class: 'empty card' }, say({ ko: '사진을 찍고 있습니다…', en: 'Taking a picture…' })));
  }
  if (last === undefined) return fill(place);
  if (last.ok) return fill(place, makeResult(last.value));
  const text = `${say(last.message)} (${last.code})`;
  fill(
    place,
    el('p', { class: 'problem', role: 'alert' }, icon('alert'), text),
    last.detail !== '' && el('p', { class: 'hint' }, last.detail),
  );
}

/** @param {CameraLookAnswer} look */
function makeResult({ picture, takenAtMs, seen }) {
  const words = say({ ko: '카메라에 보이는 것', en: 'What the camera sees' });
  return el(
    'article',
    { class: 'look card' },
    el('img', { class: 'look-picture', src: `data:image/jpeg;base64,${picture}`, alt: words }),
    seen === null ? makeBlindNote() : makeVerdict(seen),
    el(
      'dl',
      { class: 'facts' },
      fact({ ko: '찍은 시각', en: 'Taken' }, formatMoment(takenAtMs), 'fact-text'),
      seen && fact({ ko: '화면 크기', en: 'Picture' }, `${seen.widthPx} × ${seen.heightPx}`),
      seen && fact({ ko: '평균 밝기', en: 'Mean brightness' }, `${Math.round((seen.meanLuma / 255) * 100)} %`),
    ),
  );
}

function makeBlindNote() {
  const words = {
    ko: '지금은 사진에서 코드를 찾을 수 없습니다. 잠시 후 다시 확인하세요.',
    en: 'The box cannot look for codes just now. Try again in a moment.',
  };
  return el('p', { class: 'verdict verdict-bad' }, icon('alert'), say(words));
}

/** @param {Seen} seen */
function makeVerdict({ symbols, hints }) {
  const isWell = hints.length === 0;
  const good = { ko: '코드가 크고 또렷하게 보입니다.', en: 'The code is large and clear.' };
  return el(
    'div',
    { class: 'look-verdict' },
    isWell && el('p', { class: 'verdict verdict-good' }, icon('check'), say(good)),
    ...hints.map((hint) => el('p', { class: 'verdict verdict-bad' }, icon('alert'), say(hint))),
    symbols.length > 0 && el('ul', { class: 'look-codes' }, ...symbols.map(makeCode)),
  );
}

/** @param {Seen['symbols'][number]} symbol */
function makeCode({ format, holds, modulePx }) {
  const { words, look } = contents[holds];
  const size =
    modulePx === null
      ? say({ ko: '칸 크기를 알 수 없음', en: 'module size not known' })
      : say({ ko: `칸당 ${modulePx.toFixed(1)} 픽셀`, en: `${modulePx.toFixed(1)} pixels per module` });
  return el('li', {}, el('span', { class: `chip ${look}` }, say(words)), ` ${format} · ${size}`);
}
