import type { KeyObject } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser, strictObject } from '@scanpay/shared/schema.ts';
import { readJsonFile } from '@scanpay/shared/system/read-config-file.ts';
import { importVerifyKeys, VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type, { type Static } from 'typebox';
import { type DatedKeys, noKeys } from '../core/audit/dated-keys.ts';
import type { Company } from '../ports/ledger.ts';

const Moment = Type.Optional(
  Type.String({
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$',
    description: 'ISO 8601, to the minute or second, with its offset from UTC.',
  }),
);
/**
 * A key with its time. `notBefore`: when it was announced; `notAfter`: when the next one took its place. Left out: for all
 * times.
 */
const DatedJwkSchema = strictObject({ ...VerifyJwkSchema.properties, notBefore: Moment, notAfter: Moment });
type DatedJwk = Static<typeof DatedJwkSchema>;

const keys = Type.Array(DatedJwkSchema, { minItems: 1, maxItems: 16 });
/**
 * All that an audit trusts, from outside the databases it audits. Former keys too: what was signed with them is still to
 * be checked. `devices`: keys of boxes; of those left out the operator's signed records count, which it made as they enrolled.
 * `authorities`: certificates of the CAs of boxes (PEM); with them, a box of which no key is named here counts only while
 * one of them certified it.
 */
const PublicKeysSchema = Type.Object({
  card: keys,
  pg: keys,
  operator: keys,
  devices: Type.Optional(Type.Record(Type.String({ pattern: '^box-[a-z0-9-]{1,28}$' }), keys)),
  authorities: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 16_384 }), { maxItems: 16 })),
});
const parsePublicKeys = createParser(PublicKeysSchema);

export interface TrustedKeys {
  companies: Record<Company, DatedKeys>;
  /** Undefined: none of this box. */
  keysOf(deviceId: DeviceId): DatedKeys | undefined;
  /** Public keys of the CAs of boxes; empty: certificates are not looked at. */
  authorities: readonly KeyObject[];
}

/** @throws ScanPayError `configuration`, naming the file and what is wrong with it. */
export function readPublicKeys(path: string): TrustedKeys {
  const parsed = parsePublicKeys(readJsonFile(path));
  if (!parsed.ok) throw new ScanPayError('configuration', `${path}: ${parsed.detail}`);
  const { card, pg, operator, devices = {}, authorities = [] } = parsed.value;
  try {
    return {
      companies: { card: toDatedKeys(card), pg: toDatedKeys(pg), operator: toDatedKeys(operator) },
      keysOf(deviceId) {
        const known = devices[deviceId];
        return known && toDatedKeys(known);
      },
      authorities: authorities.map((pem) => new X509Certificate(pem).publicKey),
    };
  } catch (error) {
    throw new ScanPayError('configuration', `${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** @throws Error for a time that is none, such as the 30th of February. */
function toMs(moment: string | undefined, otherwise: number): number {
  if (moment === undefined) return otherwise;
  const atMs = Date.parse(moment);
  if (Number.isNaN(atMs)) throw new Error(`${moment}: no such time`);
  return atMs;
}

export function toDatedKeys(jwks: readonly DatedJwk[]): DatedKeys {
  if (jwks.length === 0) return noKeys;
  const known = importVerifyKeys(jwks.map(({ notBefore: _from, notAfter: _until, ...jwk }) => jwk));
  const times = new Map(
    jwks.map(({ kid, notBefore, notAfter }) => [
      kid,
      { fromMs: toMs(notBefore, Number.NEGATIVE_INFINITY), untilMs: toMs(notAfter, Number.POSITIVE_INFINITY) },
    ]),
  );
  return {
    resolve: (kid) => known.get(kid),
    isGoodAt(kid, fromMs, untilMs = fromMs) {
      const time = times.get(kid);
      return time !== undefined && time.fromMs <= untilMs && fromMs <= time.untilMs;
    },
  };
}
