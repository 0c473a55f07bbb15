// @ts-check
import { el } from './dom.js';
import { say } from './language.js';

/**
 * The head of a column. `amount`: it holds amounts, which stand at the right, digit under digit.
 *
 * @typedef {import('./language.js').Words & { amount?: boolean }} Head
 */

/**
 * A table that a phone shows as a list, each cell under the name of its column.
 *
 * @param {readonly Head[]} heads
 * @param {...readonly HTMLTableRowElement[]} bodies rows that belong together
 */
export function makeTable(heads, ...bodies) {
  for (const row of bodies.flat()) nameCells(heads, row);
  const columns = heads.map((head) =>
    el('th', { scope: 'col', class: head.amount === true && 'amount-cell' }, say(head)),
  );
  return el(
    'table',
    { class: 'stacking' },
    el('thead', {}, el('tr', {}, ...columns)),
    ...bodies.map((rows) => el('tbody', {}, ...rows)),
  );
}

/**
 * @param {readonly Head[]} heads
 * @param {HTMLTableRowElement} row
 */
function nameCells(heads, row) {
  let column = 0;
  for (const cell of row.cells) {
    const head = heads[column];
    if (head !== undefined && cell.colSpan === 1) {
      cell.dataset.head = say(head);
      if (head.amount === true) cell.classList.add('amount-cell');
    }
    column += cell.colSpan;
  }
}

/**
 * A table as wide as it needs; wider than the window, it is scrolled, with the keyboard too.
 *
 * @param {import('./language.js').Words} label
 * @param {HTMLTableElement} table
 */
export const makeTableFrame = (label, table) =>
  el('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': say(label) }, table);
