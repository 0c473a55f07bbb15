import { decode, encode } from 'cborg';
import { decodeBase45, encodeBase45 } from '../auth-barcode/base45.ts';
import { accept, type Result, refuse } from '../errors.ts';

/** Bytes of a claim's secret: 128 bits from a random source, out of reach of any guessing. */
export const claimSecretBytes = 16;
/** SHA-256 of the operator's CA certificate (DER). */
const fingerprintBytes = 32;
const maxUrlLength = 200;
const maxTextLength = 600;
const prefix = 'SPE1:';

/** What the QR code of a claim says. */
export interface Claim {
  /** Where the operator enrols boxes, `https://host:port`. */
  url: string;
  secret: Uint8Array;
  /** Pins the operator: its CA certificate must have this SHA-256, so no other server can take the operator's place. */
  caSha256: Uint8Array;
}

/**
 * `SPE1:` and the base45 (RFC 9285) of a CBOR array `[url, secret, caSha256]`: the alphanumeric set of QR codes, which
 * scanners type alike under every keyboard layout.
 */
export function writeClaimText({ url, secret, caSha256 }: Claim): string {
  return `${prefix}${encodeBase45(encode([url, secret, caSha256]))}`;
}

/** Refuses with `claim_unreadable`. */
export function readClaimText(text: string): Result<Claim> {
  if (!text.startsWith(prefix) || text.length > maxTextLength) return refuse('claim_unreadable', 'no SPE1 text');
  const bytes = decodeBase45(text.slice(prefix.length));
  if (bytes === undefined) return refuse('claim_unreadable', 'no base45');
  try {
    const parts: unknown = decode(bytes, { strict: true });
    if (!Array.isArray(parts) || parts.length !== 3) return refuse('claim_unreadable', 'not three parts');
    const [url, secret, caSha256] = parts as unknown[];
    if (typeof url !== 'string' || !isEnrolmentUrl(url)) return refuse('claim_unreadable', 'the address');
    if (!(secret instanceof Uint8Array && secret.length === claimSecretBytes)) {
      return refuse('claim_unreadable', 'the secret');
    }
    if (!(caSha256 instanceof Uint8Array && caSha256.length === fingerprintBytes)) {
      return refuse('claim_unreadable', 'the fingerprint');
    }
    return accept({ url, secret, caSha256 });
  } catch {
    return refuse('claim_unreadable', 'no CBOR'); // The decoder's only word for it is an exception.
  }
}

/** An address and nothing else: no path, no credentials. */
export function isEnrolmentUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.length > maxUrlLength || url.protocol !== 'https:') return false;
  return url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
}
