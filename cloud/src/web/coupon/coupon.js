// @ts-check
import { byId, fill } from '../../../../shared/src/web/dom.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';

/** The package `qr`: the server puts it beside this file (pages.ts), so that no tool finds it here. */
const qrUrl = './qr.js';
/** @type {typeof import('qr')} */
const { encodeQR } = await import(qrUrl);

/** An auth barcode's text (shared/src/auth-barcode): every character is in QR's alphanumeric set. */
const couponText = /^SP1:[0-9A-Z $%*+\-./:]{30,360}$/u;
/** ISO/IEC 18004 asks for four modules of white around the code. */
const quietModules = 4;
const svgNamespace = 'http://www.w3.org/2000/svg';

/** The coupon is in the fragment, which the browser keeps to itself: no server sees it, this one included. */
function readCoupon() {
  try {
    const text = decodeURIComponent(location.hash.slice(1));
    return couponText.test(text) ? text : undefined;
  } catch {
    // A link cut short within a percent sign.
    return undefined;
  }
}

/** @param {string} text */
function drawCode(text) {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', encoding: 'alphanumeric', border: quietModules });
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${modules.length} ${modules.length}`);
  svg.setAttribute('shape-rendering', 'crispEdges');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', say({ ko: '쿠폰 바코드', en: 'Barcode of the coupon' }));
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', modules.map(drawRow).join(''));
  svg.append(path);
  return svg;
}

/**
 * @param {boolean[]} row
 * @param {number} top
 */
const drawRow = (row, top) => row.map((isDark, left) => (isDark ? `M${left} ${top}h1v1h-1z` : '')).join('');

function show() {
  const text = readCoupon();
  byId('missing', HTMLElement).hidden = text !== undefined;
  byId('advice', HTMLElement).hidden = text === undefined;
  const frame = byId('code', HTMLElement);
  frame.hidden = text === undefined;
  fill(frame, text !== undefined && drawCode(text));
}

/** The screen must not go dark in the clerk's hand. Phones that do not offer this do without. */
async function stayAwake() {
  if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
  try {
    await navigator.wakeLock.request('screen');
  } catch {
    // Refused, for example on a low battery.
  }
}

setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(show);
addEventListener('hashchange', show);
document.addEventListener('visibilitychange', () => void stayAwake());
show();
void stayAwake();
