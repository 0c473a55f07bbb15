const deadlineMs = 60_000;

/**
 * One HTTP call with a JSON answer.
 * @throws Error with status and body when the answer is not 2xx.
 */
export async function callJson(method: 'GET' | 'POST', url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(deadlineMs),
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new HttpRefusal(`${method} ${url}: ${response.status} ${text}`, response.status, text);
  return text === '' ? null : JSON.parse(text);
}

/** An answer that is not 2xx; `code` is the error code of its body, if it has one. */
class HttpRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(message: string, status: number, body: string) {
    super(message);
    this.name = 'HttpRefusal';
    this.status = status;
    this.code = readCode(body);
  }
}

function readCode(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed) return String(parsed.code);
  } catch {
    // Not JSON: no code.
  }
  return 'internal';
}
