import type { HeldKeysStore } from '../../../ports/held-keys-store.ts';
import type { OperatorDb } from './transaction.ts';

export function createHeldKeysStore(db: OperatorDb): HeldKeysStore {
  return {
    async noteHeldKeys(device_id, keys_sha256, noted_at_ms) {
      await db
        .insertInto('operator_held_keys')
        .values({ device_id, keys_sha256, noted_at_ms })
        .onConflict((conflict) =>
          conflict
            .column('device_id')
            .doUpdateSet({ keys_sha256, noted_at_ms })
            // A box says so with each connection: nothing is written when it says the same.
            .where('operator_held_keys.keys_sha256', '<>', keys_sha256),
        )
        .execute();
    },
    async listKeyHolders(after, limit) {
      const rows = await db
        .selectFrom('operator_devices as device')
        .leftJoin('operator_held_keys as held', 'held.device_id', 'device.device_id')
        .select(['device.device_id', 'held.keys_sha256'])
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('operator_device_keys as key')
              .select('key.kid')
              .whereRef('key.device_id', '=', 'device.device_id')
              .where('key.retired_at_ms', 'is', null),
          ),
        )
        .$if(after !== null, (query) => query.where('device.device_id', '>', after as NonNullable<typeof after>))
        .orderBy('device.device_id')
        .limit(limit)
        .execute();
      return rows.map(({ device_id, keys_sha256 }) => ({ deviceId: device_id, keysSha256: keys_sha256 }));
    },
  };
}
