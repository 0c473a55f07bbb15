import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { type DatedKeys, holdToTime } from '../core/audit/dated-keys.ts';
import { openDeviceKey } from '../core/enrol/device-key-record.ts';
import { openDeviceRevocation } from '../core/enrol/device-revocation.ts';
import type { OperatorStore } from '../ports/operator-store.ts';
import type { TrustedKeys } from './read-keys.ts';

/** By so much the clock of a box may differ from the operator's. */
const clockToleranceMs = 10 * 60_000;

interface BoxKey {
  kid: string;
  key: KeyObject;
  fromMs: number;
  untilMs: number;
}
interface Time {
  fromMs: number;
  untilMs: number;
}

export type BoxKeyStore = Pick<OperatorStore, 'listKeyRecords' | 'listRevocations' | 'listCertificates'>;

/**
 * Keys of a box: those of the keys file; else each from its enrolment, which the operator signed, until the next one or the
 * revocation it signed, and never longer than the rows of the database say. With CAs in the keys file only while one of them
 * certified the box: whoever is revoked gets no new certificate, whatever a database is made to say.
 */
export async function readBoxKeys(store: BoxKeyStore, trusted: TrustedKeys, deviceId: DeviceId): Promise<DatedKeys> {
  const given = trusted.keysOf(deviceId);
  if (given !== undefined) return given;
  const keys = await readEnrolled(store, trusted, deviceId);
  const certified = trusted.authorities.length === 0 ? null : await readCertified(store, trusted, deviceId);
  const isWithin = ({ fromMs, untilMs }: Time, atMs: number): boolean =>
    fromMs - clockToleranceMs <= atMs && atMs <= untilMs + clockToleranceMs;
  return {
    resolve: (kid) => keys.find((each) => each.kid === kid)?.key,
    isGoodAt: (kid, atMs) =>
      keys.some((each) => each.kid === kid && isWithin(each, atMs)) &&
      (certified === null || certified.some((each) => isWithin(each, atMs))),
  };
}

async function readEnrolled(store: BoxKeyStore, trusted: TrustedKeys, deviceId: DeviceId): Promise<BoxKey[]> {
  const operator = trusted.companies.operator;
  const keys: BoxKey[] = [];
  for (const { kid, x, retiredAtMs, recordJws } of await store.listKeyRecords(deviceId)) {
    if (recordJws === null) continue;
    const opened = await openDeviceKey(recordJws, operator.resolve, { deviceId, kid, x });
    const record = holdToTime(opened, recordJws, operator, ({ enrolledAtMs }) => [enrolledAtMs]);
    if (!record.ok) continue;
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
    keys.push({ kid, key, fromMs: record.value.enrolledAtMs, untilMs: retiredAtMs ?? Number.POSITIVE_INFINITY });
  }
  const ends = keys.map(({ fromMs }) => fromMs);
  for (const jws of await store.listRevocations(deviceId)) {
    const opened = await openDeviceRevocation(jws, operator.resolve, deviceId);
    const revocation = holdToTime(opened, jws, operator, ({ revokedAtMs }) => [revokedAtMs]);
    if (revocation.ok) ends.push(revocation.value.revokedAtMs);
  }
  return keys.map((each) => ({ ...each, untilMs: Math.min(each.untilMs, ...ends.filter((at) => at > each.fromMs)) }));
}

/** When the CAs certified the box, by their own signatures. */
async function readCertified(store: BoxKeyStore, { authorities }: TrustedKeys, deviceId: DeviceId): Promise<Time[]> {
  const times: Time[] = [];
  for (const { pem } of await store.listCertificates(deviceId)) {
    const certificate = readCertificate(pem);
    const isOfBox = certificate?.subject.split('\n').includes(`CN=${deviceId}`) === true;
    if (certificate === undefined || !isOfBox || !authorities.some((key) => certificate.verify(key))) continue;
    times.push({ fromMs: Date.parse(certificate.validFrom), untilMs: Date.parse(certificate.validTo) });
  }
  return times;
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined; // Node's only word for what is no certificate is an exception.
  }
}
