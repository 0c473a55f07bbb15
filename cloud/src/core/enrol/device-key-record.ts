import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { createParser, DeviceIdSchema, EpochMsSchema, strictObject } from '@scanpay/shared/schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type, { type Static } from 'typebox';

/** The `typ` of a signed record of a box's key: it cannot pass as any other document. */
const recordTyp = 'scanpay-device-key+json';

/**
 * The operator's word that this key was enrolled as that of this box, which it saw proved then. With it nobody needs to
 * trust the operator's database to know what a box has signed.
 */
export const DeviceKeyRecordSchema = strictObject({
  v: Type.Literal(1),
  deviceId: DeviceIdSchema,
  kid: VerifyJwkSchema.properties.kid,
  x: VerifyJwkSchema.properties.x,
  enrolledAtMs: EpochMsSchema,
});
export type DeviceKeyRecord = Static<typeof DeviceKeyRecordSchema>;

const parseRecord = createParser(DeviceKeyRecordSchema);

export const signDeviceKey = (record: Omit<DeviceKeyRecord, 'v'>, signer: JwsSigner): Promise<string> =>
  signJws({ v: 1, ...record }, signer, recordTyp);

/** Codes: signature_invalid, invalid_input (it is the record of another key). */
export async function openDeviceKey(
  jws: string,
  resolveKey: ResolveKey,
  { deviceId, kid, x }: Pick<DeviceKeyRecord, 'deviceId' | 'kid' | 'x'>,
): Promise<Result<DeviceKeyRecord>> {
  const verified = await verifyJws(jws, resolveKey, recordTyp);
  if (!verified.ok) return verified;
  const record = parseRecord(verified.value.payload);
  if (!record.ok) return record;
  const isOfIt = record.value.deviceId === deviceId && record.value.kid === kid && record.value.x === x;
  return isOfIt ? accept(record.value) : refuse('invalid_input', 'the record of another key');
}
