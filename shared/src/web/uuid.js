// @ts-check

/**
 * A UUIDv7 (RFC 9562 §5.7): made by a page, so that the same form sent twice is one request.
 * `crypto.randomUUID` makes version 4, and only on pages served by HTTPS.
 */
export function makeUuidV7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(Date.now() / 0x10000));
  view.setUint16(4, Date.now() % 0x10000);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
