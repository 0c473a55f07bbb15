import { createPublicKey, type KeyObject } from 'node:crypto';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { BoxKeys, TerminalTrust } from '../core/audit/audit-terminal.ts';
import { openDeviceKey } from '../core/enrol/device-key-record.ts';
import type { OperatorStore } from '../ports/operator-store.ts';
import type { TrustedKeys } from './read-keys.ts';

/** Boxes and merchants remembered; the busiest are soon read again. */
const maxRemembered = 1_000;
/** By so much the clock of a box may differ from the operator's. */
const clockToleranceMs = 10 * 60_000;

/** Keys of boxes and contracts of merchants out of the operator's database, as far as they are vouched for. */
export function openTerminalTrust(
  store: Pick<OperatorStore, 'listKeyRecords' | 'listContracts'>,
  trusted: TrustedKeys,
): Omit<TerminalTrust, 'operatorKeys'> {
  return {
    boxKeys: remember((deviceId: DeviceId) => readBoxKeys(store, trusted, deviceId)),
    contractsOf: remember((merchantId) => store.listContracts(merchantId)),
  };
}

interface TrustedBoxKey {
  key: KeyObject;
  fromMs: number;
  untilMs: number;
}

async function readBoxKeys(
  store: Pick<OperatorStore, 'listKeyRecords'>,
  trusted: TrustedKeys,
  deviceId: DeviceId,
): Promise<BoxKeys> {
  const keys = new Map<string, TrustedBoxKey>();
  const given = trusted.keysOf(deviceId);
  for (const [kid, key] of given) keys.set(kid, { key, fromMs: 0, untilMs: Number.POSITIVE_INFINITY });
  for (const { kid, x, retiredAtMs, recordJws } of await store.listKeyRecords(deviceId)) {
    if (given.has(kid) || recordJws === null) continue;
    const record = await openDeviceKey(recordJws, trusted.companies.operator, { deviceId, kid, x });
    if (!record.ok) continue;
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
    const untilMs = (retiredAtMs ?? Number.POSITIVE_INFINITY) + clockToleranceMs;
    keys.set(kid, { key, fromMs: record.value.enrolledAtMs - clockToleranceMs, untilMs });
  }
  return {
    resolve: (kid) => keys.get(kid)?.key,
    isGoodAt(kid, atMs) {
      const known = keys.get(kid);
      return known !== undefined && known.fromMs <= atMs && atMs <= known.untilMs;
    },
  };
}

/** Asks once for each, as long as there are not too many. */
function remember<K, V>(read: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const known = new Map<K, V>();
  return async (key) => {
    const value = known.get(key) ?? (await read(key));
    const [oldest] = known.keys();
    if (known.size >= maxRemembered && oldest !== undefined) known.delete(oldest);
    known.set(key, value);
    return value;
  };
}
