// @ts-check
import { call } from '../../../../../shared/src/web/http.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxView} BoxView */

/** The box speaks at least every five seconds; when it has been silent this long, the page asks. */
const quietMs = 7_000;
const checkMs = 2_000;
const askTimeoutMs = 4_000;

/**
 * Follows the box by server-sent events, and by asking where these do not come through. Tells when the page has lost
 * the box, and when it has found it again.
 *
 * @param {{ onView(view: BoxView): void, onLost(isLost: boolean): void }} page
 * @returns {{ refresh(): Promise<void> }} asks at once
 */
export function followBox(page) {
  let heardAt = performance.now();
  let isAsking = false;
  let events = open();
  setInterval(check, checkMs);

  /** @param {BoxView} view */
  function hear(view) {
    heardAt = performance.now();
    page.onLost(false);
    page.onView(view);
  }

  function open() {
    const source = new EventSource('/api/events');
    source.onmessage = ({ data }) => hear(JSON.parse(data));
    source.onerror = () => void ask();
    return source;
  }

  function check() {
    if (events.readyState === EventSource.CLOSED) events = open();
    if (events.readyState !== EventSource.OPEN || performance.now() - heardAt > quietMs) void ask();
  }

  async function ask() {
    if (isAsking) return;
    isAsking = true;
    const askedAt = performance.now();
    const reply = await call('GET', '/api/state', undefined, askTimeoutMs);
    isAsking = false;
    // An event that came meanwhile is newer than this answer, or shows that the box is there after all.
    if (heardAt > askedAt) return;
    if (reply.ok) hear(reply.value);
    else page.onLost(true);
  }

  return { refresh: ask };
}
