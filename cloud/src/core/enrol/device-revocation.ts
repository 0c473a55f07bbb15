import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser, DeviceIdSchema, EpochMsSchema, strictObject } from '@scanpay/shared/schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import Type, { type Static } from 'typebox';

/** The `typ` of a signed revocation of a box: it cannot pass as any other document. */
const revocationTyp = 'scanpay-device-revocation+json';

/** The operator's word that no key this box was enrolled with until then is good any more. */
const DeviceRevocationSchema = strictObject({
  v: Type.Literal(1),
  deviceId: DeviceIdSchema,
  revokedAtMs: EpochMsSchema,
});
export type DeviceRevocation = Static<typeof DeviceRevocationSchema>;

const parseRevocation = createParser(DeviceRevocationSchema);

export const signDeviceRevocation = (revocation: Omit<DeviceRevocation, 'v'>, signer: JwsSigner): Promise<string> =>
  signJws({ v: 1, ...revocation }, signer, revocationTyp);

/** Codes: signature_invalid, invalid_input (it is the revocation of another box). */
export async function openDeviceRevocation(
  jws: string,
  resolveKey: ResolveKey,
  deviceId: DeviceId,
): Promise<Result<DeviceRevocation>> {
  const verified = await verifyJws(jws, resolveKey, revocationTyp);
  if (!verified.ok) return verified;
  const revocation = parseRevocation(verified.value.payload);
  if (!revocation.ok) return revocation;
  const isOfIt = revocation.value.deviceId === deviceId;
  return isOfIt ? accept(revocation.value) : refuse('invalid_input', 'the revocation of another box');
}
