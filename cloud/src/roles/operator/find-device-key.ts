import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Device } from '../../ports/operator-store.ts';

/** Making a KeyObject costs more than a signature check, so those lately used are kept. */
const keys = new Map<string, KeyObject>();
const maxKeys = 10_000;

/** @throws when `x` is not an Ed25519 public key in base64url. */
export function importDeviceKey(x: string): KeyObject {
  const known = keys.get(x);
  if (known !== undefined) return known;
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  const [oldest] = keys.keys();
  if (keys.size >= maxKeys && oldest !== undefined) keys.delete(oldest);
  keys.set(x, key);
  return key;
}

/** `now`: the key the box signs with. `ever`: also one it signed with before, for what was signed then. */
export function findDeviceKey(device: Device, kid: string, when: 'now' | 'ever'): KeyObject | undefined {
  const key = device.keys.find((each) => each.kid === kid);
  if (key === undefined || (when === 'now' && key.retiredAtMs !== null)) return undefined;
  return importDeviceKey(key.x);
}
