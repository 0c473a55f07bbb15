import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { Device, DeviceStore } from '../../../ports/operator-store.ts';
import { prepareQuery } from '../prepare-query.ts';
import type { DeviceKeyTable, DeviceTable, OperatorTables } from './tables.ts';
import { type OperatorDb, type OperatorTrx, transact } from './transaction.ts';

export function createDeviceStore(db: OperatorDb): DeviceStore {
  return {
    enrolDevice: (device, nowMs) =>
      transact<Result<Device>>(db, async (trx, undo) => {
        const { deviceId, merchantId, kid, x, recordJws } = device;
        await trx
          .insertInto('operator_devices')
          .values({ device_id: deviceId, merchant_id: merchantId, enrolled_at_ms: nowMs })
          .onConflict((conflict) => conflict.column('device_id').doUpdateSet({ merchant_id: merchantId }))
          .execute();
        await trx
          .insertInto('operator_device_keys')
          .values({
            ...{ device_id: deviceId, kid, x, enrolled_at_ms: nowMs, retired_at_ms: null },
            record_jws: recordJws ?? null,
          })
          .onConflict((conflict) => conflict.columns(['device_id', 'kid']).doNothing())
          .execute();
        await retireOtherKeys(trx, deviceId, kid, nowMs);
        const stored = await readDevice(trx, deviceId);
        const key = stored?.keys.find((each) => each.kid === kid);
        if (stored === undefined || key?.x !== x) return undo(refuse('device_mismatch', 'another key has this kid'));
        if (key.retiredAtMs !== null) return undo(refuse('device_mismatch', 'this key was retired'));
        return accept(stored);
      }),
    async listKeyRecords(deviceId) {
      const rows = await db
        .selectFrom('operator_device_keys')
        .selectAll()
        .where('device_id', '=', deviceId)
        .orderBy('kid')
        .execute();
      return rows.map(({ kid, x, retired_at_ms: retiredAtMs, record_jws: recordJws }) => ({
        kid,
        x,
        retiredAtMs,
        recordJws,
      }));
    },
    findDevice: (deviceId) => readDevice(db, deviceId),
    async listDevices(merchantId) {
      const rows = await db
        .selectFrom('operator_devices')
        .select('device_id')
        .where('merchant_id', '=', merchantId)
        .orderBy('device_id')
        .execute();
      return rows.map((row) => row.device_id);
    },
    async listFirstDevices() {
      const rows = await db
        .selectFrom('operator_devices')
        .select(({ fn }) => ['merchant_id', fn.min('device_id').as('device_id')])
        .groupBy('merchant_id')
        .orderBy('merchant_id')
        .execute();
      return rows.map(({ merchant_id: merchantId, device_id: deviceId }) => ({ merchantId, deviceId }));
    },
  };
}

async function retireOtherKeys(trx: OperatorTrx, deviceId: DeviceId, kid: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('operator_device_keys')
    .set({ retired_at_ms: nowMs })
    .where('device_id', '=', deviceId)
    .where('kid', '<>', kid)
    .where('retired_at_ms', 'is', null)
    .execute();
}

type DeviceWithKey = Omit<DeviceTable, 'device_id'> & Pick<DeviceKeyTable, 'kid' | 'x' | 'retired_at_ms'>;
const listKeys = prepareQuery<OperatorTables, { deviceId: DeviceId }, DeviceWithKey>((db, { deviceId }) =>
  db
    .selectFrom('operator_devices as device')
    .innerJoin('operator_device_keys as key', 'key.device_id', 'device.device_id')
    .select(['device.merchant_id', 'device.enrolled_at_ms', 'key.kid', 'key.x', 'key.retired_at_ms'])
    .where('device.device_id', '=', deviceId),
);

async function readDevice(db: OperatorDb, deviceId: DeviceId): Promise<Device | undefined> {
  const rows = await listKeys.all(db, { deviceId });
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    deviceId,
    merchantId: first.merchant_id,
    enrolledAtMs: first.enrolled_at_ms,
    keys: rows.map(({ kid, x, retired_at_ms }) => ({ kid, x, retiredAtMs: retired_at_ms })),
  };
}
