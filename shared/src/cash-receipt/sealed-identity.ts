/**
 * The customer's number for a cash receipt, sealed by the box for the operator with HPKE (RFC 9180), so that it stands in
 * no journal, signed message or log in clear: only the operator opens it, when the receipt is issued.
 *
 * | bytes | what                                                                          |
 * |-------|-------------------------------------------------------------------------------|
 * | 1     | id of the operator's X25519 key                                               |
 * | 32    | HPKE encapsulated key (`enc`)                                                 |
 * | 20    | one byte: how many digits; the digits, filled up with zeros: length tells nothing |
 * | 16    | tag                                                                           |
 *
 * HPKE's associated data is the box and the purpose: copied into another box's request it does not open.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { encBytes, openHpke, sealHpke, tagBytes } from '../auth-barcode/hpke.ts';
import type { KeyId, PgBoxPrivateKey } from '../auth-barcode/keys.ts';
import { type Result, refuse } from '../errors.ts';
import type { DeviceId } from '../ids.ts';
import { type CashReceiptPurpose, parseReceiptIdentity, type ReceiptIdentity } from './identity.ts';

/** The public part, which boxes get. */
export interface ReceiptSealKey {
  kid: KeyId;
  /** X25519. */
  publicKey: KeyObject;
}
/** The operator's part: an X25519 key, kept and written as the PG's for card boxes. */
export type ReceiptOpenKey = Pick<PgBoxPrivateKey, 'kid' | 'privateKey'>;

const info = new TextEncoder().encode('ScanPay cash receipt v1');
const packedBytes = 20;
const sealedBytes = 1 + encBytes + packedBytes + tagBytes;

const aadOf = (deviceId: DeviceId, purpose: CashReceiptPurpose): Uint8Array =>
  new TextEncoder().encode(`${deviceId}\n${purpose}`);

export const receiptSealKeyOf = ({ kid, privateKey }: ReceiptOpenKey): ReceiptSealKey => ({
  kid,
  publicKey: createPublicKey(privateKey),
});

/** 69 bytes in base64url (92 characters). */
export function sealReceiptIdentity(identity: ReceiptIdentity, deviceId: DeviceId, key: ReceiptSealKey): string {
  const packed = new TextEncoder().encode(
    `${String.fromCharCode(identity.digits.length)}${identity.digits.padEnd(packedBytes - 1, '0')}`,
  );
  const { enc, ciphertext } = sealHpke(key.publicKey, info, aadOf(deviceId, identity.purpose), packed);
  return Buffer.concat([Uint8Array.of(key.kid), enc, ciphertext]).toString('base64url');
}

/** Refuses with `cash_receipt_unopenable`: no key of that id, another box's, a changed byte. Never throws. */
export function openReceiptIdentity(
  sealed: string,
  of: { deviceId: DeviceId; purpose: CashReceiptPurpose },
  keys: ReadonlyMap<KeyId, ReceiptOpenKey>,
): Result<ReceiptIdentity> {
  const bytes = Buffer.from(sealed, 'base64url');
  const key = keys.get(bytes[0] ?? -1);
  if (bytes.length !== sealedBytes || key === undefined) return refuse('cash_receipt_unopenable', 'unknown key');
  const parts = { enc: bytes.subarray(1, 1 + encBytes), ciphertext: bytes.subarray(1 + encBytes) };
  const packed = openHpke(key.privateKey, info, aadOf(of.deviceId, of.purpose), parts);
  if (packed === undefined) return refuse('cash_receipt_unopenable', 'does not open');
  const digits = Buffer.from(packed.subarray(1)).toString('latin1').slice(0, packed[0]);
  const identity = parseReceiptIdentity(of.purpose, digits);
  return identity.ok ? identity : refuse('cash_receipt_unopenable', 'holds no such number');
}
