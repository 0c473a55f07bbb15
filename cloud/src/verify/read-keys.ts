import type { KeyObject } from 'node:crypto';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { readJsonFile } from '@scanpay/shared/system/read-config-file.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { importVerifyKeys, VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type from 'typebox';
import type { Company } from '../ports/ledger.ts';

const keys = Type.Array(VerifyJwkSchema, { minItems: 1, maxItems: 16 });
/**
 * All that an audit trusts, from outside the databases it audits. Former keys too: what was signed with them is still to
 * be checked. `devices`: keys of boxes; of those left out the operator's signed records count, which it made as they enrolled.
 */
const PublicKeysSchema = Type.Object({
  card: keys,
  pg: keys,
  operator: keys,
  devices: Type.Optional(Type.Record(Type.String({ pattern: '^box-[a-z0-9-]{1,28}$' }), keys)),
});
const parsePublicKeys = createParser(PublicKeysSchema);

export interface TrustedKeys {
  companies: Record<Company, ResolveKey>;
  /** By kid; empty: none of this box. */
  keysOf(deviceId: DeviceId): ReadonlyMap<string, KeyObject>;
}

/** @throws ScanPayError `configuration`, naming the file and what is wrong with it. */
export function readPublicKeys(path: string): TrustedKeys {
  const parsed = parsePublicKeys(readJsonFile(path));
  if (!parsed.ok) throw new ScanPayError('configuration', `${path}: ${parsed.detail}`);
  const resolve = (company: Company): ResolveKey => {
    const known = importVerifyKeys(parsed.value[company]);
    return (kid) => known.get(kid);
  };
  const { devices = {} } = parsed.value;
  return {
    companies: { card: resolve('card'), pg: resolve('pg'), operator: resolve('operator') },
    keysOf: (deviceId) => importVerifyKeys(devices[deviceId] ?? []),
  };
}
