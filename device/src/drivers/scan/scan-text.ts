import { maxScanBytes, type ScanRejection } from '../../ports/scanner.ts';

/** AIM symbology identifier that many scanners can put in front: `]`, code character, modifier (ISO/IEC 15424). */
const aimPrefix = /^\][A-Za-z][0-9]/;

/** Strips the AIM prefix and refuses what no coupon can say; control characters are none of its characters. */
export function checkScanText(text: string): { ok: true; text: string } | { ok: false; reason: ScanRejection } {
  const stripped = text.replace(aimPrefix, '');
  if (Buffer.byteLength(stripped) > maxScanBytes) return { ok: false, reason: 'too-long' };
  if (stripped === '' || /\p{Cc}|\uFFFD/u.test(stripped)) return { ok: false, reason: 'not-text' };
  return { ok: true, text: stripped };
}
