import type { HandOver } from '@scanpay/shared/api/hand-over.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';

/** The state in which a shop got its box, signed by the box. */
export interface HandOverRecord {
  /** SHA-256 of the JWS, as on the slip. */
  digest: string;
  handOverJws: string;
  handOver: HandOver;
  recordedAtMs: number;
}

/** Append-only. */
export interface HandOverStore {
  /** The same one again is kept once; resolves with the record as it was first kept. */
  addHandOver(record: HandOverRecord): Promise<HandOverRecord>;
  /** Newest first, at most `limit`. */
  listHandOvers(deviceId: DeviceId, limit: number): Promise<HandOverRecord[]>;
}
