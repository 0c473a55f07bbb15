import type { Result } from '@scanpay/shared/errors.ts';
import type { Company } from './ledger.ts';

export type LinkHeaders = Readonly<Record<string, string | undefined>>;

/** A request between companies as it is sent: names of headers in lower case, signature included. */
export interface LinkRequest {
  method: string;
  /** Path and query, e.g. `/v1/approvals`. */
  target: string;
  headers: LinkHeaders;
}

export interface LinkAnswer {
  status: number;
  headers: LinkHeaders;
  body: string | Uint8Array;
}

/**
 * One company's end of its links to the others: what it says is signed, what it hears is checked (RFC 9421, RFC 9530).
 * The body is covered by `content-digest`; whoever reads it compares.
 */
export interface PeerLink {
  /** The headers that sign the request to that company, each time with a nonce of its own. */
  signRequest(
    to: Company,
    request: { method: string; target: string; headers: LinkHeaders; body: string | Uint8Array },
  ): Promise<Record<string, string>>;
  /**
   * Who asks: one of `callers`, for the first time, and just now. Codes: signature_missing, signature_invalid,
   * signature_stale, caller_not_allowed, replayed, rate_limited.
   */
  checkRequest(request: LinkRequest, callers: readonly Company[]): Promise<Result<Company>>;
  /** The headers that sign the answer to that very request. */
  signAnswer(request: LinkRequest, answer: LinkAnswer): Promise<Record<string, string>>;
  /** It is that company's answer to that very request. Codes: signature_missing, signature_invalid, signature_stale. */
  checkAnswer(from: Company, request: LinkRequest, answer: LinkAnswer): Promise<Result<void>>;
}

/** Remembers what was used up, also over a restart and among processes that share the company's database. */
export interface NonceStore {
  /**
   * True: nobody used it before, and it is on disk that somebody has. It is kept until `expiresAtMs`.
   * @throws ScanPayError `database_unavailable`
   */
  use(nonce: { keyId: string; nonce: string; expiresAtMs: number }, nowMs: number): Promise<boolean>;
}
