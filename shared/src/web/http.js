// @ts-check

/** @typedef {import('./language.js').Words} Words */
/**
 * What became of a call. `no_answer`: nothing came back, or nothing that could be read; whether it was carried out is
 * not known.
 *
 * @template T
 * @typedef {{ ok: true, value: T } | { ok: false, code: string, message: Words, detail: string }} Reply
 */

/** @type {Reply<never>} */
const noAnswer = {
  ok: false,
  code: 'no_answer',
  message: { ko: '응답이 없습니다. 연결을 확인하세요.', en: 'No answer. Check the connection.' },
  detail: '',
};

/**
 * Calls the page's own server. Refusals are values; it never throws.
 *
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {object | undefined} [body]
 * @param {number} [timeoutMs]
 * @returns {Promise<Reply<any>>}
 */
export async function call(method, path, body, timeoutMs = 10_000) {
  try {
    const response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const value = await response.json();
    if (response.ok) return { ok: true, value };
    return typeof value?.code === 'string' && typeof value.message?.ko === 'string'
      ? { ok: false, ...value }
      : noAnswer;
  } catch {
    return noAnswer;
  }
}
