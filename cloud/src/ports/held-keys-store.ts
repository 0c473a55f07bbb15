import type { DeviceId } from '@scanpay/shared/ids.ts';

/** A box, and the set of the operator's keys that it has said it holds; null: it has said nothing yet. */
export interface KeyHolder {
  deviceId: DeviceId;
  keysSha256: string | null;
}

export interface HeldKeysStore {
  noteHeldKeys(deviceId: DeviceId, keysSha256: string, nowMs: number): Promise<void>;
  /** Boxes in order of their ids, after `after`; those that are retired are left out. */
  listKeyHolders(after: DeviceId | null, limit: number): Promise<KeyHolder[]>;
}
