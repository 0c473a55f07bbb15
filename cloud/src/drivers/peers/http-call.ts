import { ScanPayError } from '@scanpay/shared/errors.ts';

export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Absolute, e.g. `/v1/approvals`. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

export interface HttpReply {
  status: number;
  /** Parsed JSON. */
  body: unknown;
}

/**
 * One HTTP call to another company, over the network or within the process.
 * @throws ScanPayError `upstream_unavailable` when the outcome is unknown: no connection, no reply within the
 * deadline, a reply that is not JSON or is too large.
 */
export type HttpCall = (request: HttpRequest) => Promise<HttpReply>;

/** Longest reply that is read, in bytes. */
export const maxReplyBytes = 4 * 1024 * 1024;

/** The error of a call whose outcome is unknown. Names the call, never what was in it. */
export function unknownOutcome(request: HttpRequest, why: string, cause?: unknown): ScanPayError {
  return new ScanPayError('upstream_unavailable', `${request.method} ${request.path}: ${why}`, { cause });
}

/** @throws ScanPayError `upstream_unavailable` when the text is not JSON. */
export function parseReply(request: HttpRequest, status: number, text: string): HttpReply {
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    throw unknownOutcome(request, `status ${status} without JSON`);
  }
}
