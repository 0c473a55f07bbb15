/** One multimedia message. Korean gateways take a JPEG of at most 200 KB and 1500×1440. */
export interface MmsMessage {
  /** Digits only. */
  toMobile: string;
  subject: string;
  text: string;
  jpeg: Uint8Array | null;
  /** The same key sent twice is one message (a retry after a crash). */
  idempotencyKey: string;
}

export const maxMmsJpegBytes = 200 * 1024;

/** MMS gateway; resolves when the gateway has taken the message durably. */
export interface MmsGateway {
  /** @throws ScanPayError `upstream_unavailable` when the gateway does not take it; the caller retries. */
  send(message: MmsMessage): Promise<void>;
}
