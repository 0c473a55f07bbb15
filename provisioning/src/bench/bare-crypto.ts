import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { openHpke, sealHpke } from '@scanpay/shared/auth-barcode/hpke.ts';

const info = Buffer.from('floor');
/** The card box's content: nine bytes. */
const card = Buffer.alloc(9, 7);
const longest = 1024;

/** Signatures and the opening of a card box as node:crypto does them, without encoding, parsing or key lookup. */
export function createBareCrypto() {
  const signer = generateKeyPairSync('ed25519');
  const box = generateKeyPairSync('x25519');
  const text = Buffer.alloc(longest, 'x');
  const aad = Buffer.alloc(8, 1);
  const sealed = sealHpke(box.publicKey, info, aad, card);
  const signatures = new Map<number, Buffer>();
  const signBytes = (bytes: number): Buffer => sign(null, text.subarray(0, bytes), signer.privateKey);
  const signatureOf = (bytes: number): Buffer => {
    const known = signatures.get(bytes) ?? signBytes(bytes);
    signatures.set(bytes, known);
    return known;
  };
  return {
    sign: (bytes: number): void => void signBytes(bytes),
    verify(bytes: number): void {
      if (!verify(null, text.subarray(0, bytes), signer.publicKey, signatureOf(bytes))) throw new Error('not signed');
    },
    openCardBox(): void {
      if (openHpke(box.privateKey, info, aad, sealed) === undefined) throw new Error('does not open');
    },
  };
}

export type BareCrypto = ReturnType<typeof createBareCrypto>;
