// @ts-check
import { el } from '../../../../../shared/src/web/dom.js';

/** @typedef {import('@scanpay/shared/api/lights.ts').LightRow} LightRow */

/** What the eye makes of LEDs that are lit together. */
const mixes = {
  red: '#e5201b',
  green: '#12a150',
  blue: '#2563ff',
  'red green': '#f2b600',
  'red blue': '#9b34e0',
  'red green blue': '#ffffff',
};

/** @type {WeakMap<Element, { light: string, blink: Animation | undefined }>} What each dot shows. */
const shown = new WeakMap();

/** @param {LightRow} row */
export function makeLampDot(row) {
  const dot = el('span', { class: 'lamp-dot' });
  showLight(dot, row);
  return dot;
}

/**
 * Lets a dot blink as the lamp on the box does; the same pattern again does not restart it.
 *
 * @param {HTMLElement} dot
 * @param {LightRow} row
 */
export function showLight(dot, { light, colours, blinkMs }) {
  const known = shown.get(dot);
  if (known?.light === light) return;
  known?.blink?.cancel();
  const colour = /** @type {Record<string, string>} */ (mixes)[colours.join(' ')] ?? mixes.red;
  dot.style.setProperty('--lamp', colour);
  shown.set(dot, { light, blink: blink(dot, blinkMs) });
}

/**
 * @param {HTMLElement} dot
 * @param {readonly number[]} blinkMs
 */
function blink(dot, blinkMs) {
  // Who asked for no motion sees the colour; the words beside it say the rest.
  if (blinkMs.length === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
  const duration = blinkMs.reduce((sum, ms) => sum + ms, 0);
  /** @type {Keyframe[]} */
  const frames = [];
  let elapsedMs = 0;
  for (const [index, ms] of blinkMs.entries()) {
    frames.push({ offset: elapsedMs / duration, opacity: index % 2 === 0 ? 1 : 0, easing: 'steps(1, end)' });
    elapsedMs += ms;
  }
  frames.push({ offset: 1, opacity: 0 });
  return dot.animate(frames, { duration, iterations: Number.POSITIVE_INFINITY, pseudoElement: '::before' });
}
