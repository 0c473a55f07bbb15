// @ts-check
import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { say } from '../../../../../shared/src/web/language.js';
import { makeLampDot } from './lamp.js';

/** @typedef {import('@scanpay/shared/api/lights.ts').LightRow} LightRow */

/** @param {readonly LightRow[]} lights */
export function showLegend(lights) {
  const rows = lights.map((row) =>
    el(
      'li',
      { class: 'row card legend-row' },
      makeLampDot(row),
      el('div', { class: 'row-main' }, el('strong', {}, say(row.meaning)), el('p', { class: 'hint' }, say(row.look))),
    ),
  );
  fill(byId('lights', HTMLElement), el('ul', { class: 'rows' }, ...rows));
}
