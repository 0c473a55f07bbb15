import { maxScanBytes, type ScanRejection } from '../../ports/scanner.ts';

/**
 * AIM symbology identifier that many scanners can put in front: `]`, code character, modifier (ISO/IEC 15424). The
 * modifier is a digit, for Aztec up to `C`.
 */
const aimPrefix = /^\]([A-Za-z])([0-9A-C])/;

/** QR with the ECI protocol: backslashes are doubled, and `\nnnnnn` names a character set (ISO/IEC 18004, AIM identifiers). */
const eciIdentifiers = new Set(['Q2', 'Q4', 'Q6']);

/** Strips the AIM prefix and refuses what no coupon can say; control characters are none of its characters. */
export function checkScanText(text: string): { ok: true; text: string } | { ok: false; reason: ScanRejection } {
  const stripped = stripAim(text);
  if (Buffer.byteLength(stripped) > maxScanBytes) return { ok: false, reason: 'too-long' };
  if (stripped === '' || /\p{Cc}|\uFFFD/u.test(stripped)) return { ok: false, reason: 'not-text' };
  return { ok: true, text: stripped };
}

function stripAim(text: string): string {
  const prefix = aimPrefix.exec(text);
  if (prefix === null) return text;
  const rest = text.slice(prefix[0].length);
  const [, symbology, modifier] = prefix;
  if (!eciIdentifiers.has(`${symbology}${modifier}`)) return rest;
  return rest.replace(/\\(?:\d{6}|(\\))/g, '$1');
}
