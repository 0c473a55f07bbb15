// @ts-check
import { say } from '../../../../shared/src/web/language.js';

/** The package `qr`: the server puts it beside this file (pages.ts), so that no tool finds it here. */
const qrUrl = './qr.js';
/** @type {typeof import('qr')} */
const { encodeQR } = await import(qrUrl);

/** ISO/IEC 18004 asks for four modules of white around the code. */
const quietModules = 4;
const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * The QR code of a claim: its text is in QR's alphanumeric set.
 *
 * @param {string} text
 */
export function drawCode(text) {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', encoding: 'alphanumeric', border: quietModules });
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${modules.length} ${modules.length}`);
  svg.setAttribute('shape-rendering', 'crispEdges');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', say({ ko: '설치 QR코드', en: 'QR code of the claim' }));
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
