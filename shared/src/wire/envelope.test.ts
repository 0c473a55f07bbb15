import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { CompactSign, compactVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createEnvelopeOpener, encodeEnvelope, maxPayloadBytes, signJws, signMessage, verifyJws } from './envelope.ts';
import { upMessageSchemas } from './messages.ts';

const own = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const signer = { kid: 'box-1', privateKey: own.privateKey };
const resolve = (kid: string): KeyObject | undefined => (kid === 'box-1' ? own.publicKey : undefined);
const typ = 'test+json';
const payload = { amountWon: 54_000, 이름: '속초 밥상' };

const encode = (text: string): string => Buffer.from(text).toString('base64url');
/** A JWS with any header and payload, signed by the right key. */
function signText(header: string, body = JSON.stringify(payload)): string {
  const input = `${encode(header)}.${encode(body)}`;
  return `${input}.${sign(null, Buffer.from(input), own.privateKey).toString('base64url')}`;
}
const goodHeader = { alg: 'EdDSA', kid: 'box-1', typ };

describe('signJws', () => {
  it('writes what jose verifies', async () => {
    const jws = await signJws(payload, signer, typ);
    const verified = await compactVerify(jws, own.publicKey, { algorithms: ['EdDSA'] });
    expect(verified.protectedHeader).toEqual(goodHeader);
    expect(JSON.parse(new TextDecoder().decode(verified.payload))).toEqual(payload);
    await expect(compactVerify(jws, other.publicKey)).rejects.toThrow();
  });
});

describe('verifyJws', () => {
  it('reads what jose signs', async () => {
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader(goodHeader)
      .sign(own.privateKey);
    expect(await verifyJws(jws, resolve, typ)).toEqual({ ok: true, value: { kid: 'box-1', payload } });
  });

  it.each([
    ['another typ', { ...goodHeader, typ: 'other+json' }],
    ['no typ', { alg: 'EdDSA', kid: 'box-1' }],
    ['no kid', { alg: 'EdDSA', typ }],
    ['a kid that is no text', { ...goodHeader, kid: 1 }],
    ['an unknown kid', { ...goodHeader, kid: 'box-2' }],
    ['no algorithm', { kid: 'box-1', typ }],
    ['the algorithm none', { ...goodHeader, alg: 'none' }],
    ['another algorithm', { ...goodHeader, alg: 'HS256' }],
    ['extensions that must be understood', { ...goodHeader, crit: ['exp'], exp: 1 }],
    ['an unencoded payload', { ...goodHeader, b64: false }],
    ['a list for a header', ['EdDSA']],
    ['nothing for a header', null],
  ])('refuses %s', async (_what, header) => {
    const refused = { ok: false, code: 'signature_invalid' };
    expect(await verifyJws(signText(JSON.stringify(header)), resolve, typ)).toMatchObject(refused);
  });

  it('takes the signature of the named key over just these bytes', async () => {
    const good = signText(JSON.stringify(goodHeader));
    expect(await verifyJws(good, resolve, typ)).toMatchObject({ ok: true });
    const refused = { ok: false, code: 'signature_invalid' };
    expect(await verifyJws(good, () => other.publicKey, typ)).toMatchObject(refused);
    const [header, body, signature] = good.split('.');
    const spaced = encode(JSON.stringify(goodHeader, null, 1));
    expect(await verifyJws(`${spaced}.${body}.${signature}`, resolve, typ)).toMatchObject(refused);
    expect(await verifyJws(`${header}.${encode('{}')}.${signature}`, resolve, typ)).toMatchObject(refused);
  });

  it('takes no second spelling of a good one', async () => {
    const good = signText(JSON.stringify(goodHeader));
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(good.at(-1) ?? '');
    const sameBytes = `${good.slice(0, -1)}${alphabet[last + 1]}`;
    expect(Buffer.from(sameBytes.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(good.split('.')[2] ?? '', 'base64url'),
    );
    const spellings = [
      sameBytes,
      `${good}=`,
      `${good}==`,
      ` ${good}`,
      `${good}\n`,
      good.replace('.', '..'),
      `${good}.`,
    ];
    for (const spelling of spellings) {
      expect(await verifyJws(spelling, resolve, typ), JSON.stringify(spelling)).toMatchObject({ ok: false });
    }
  });

  it('never throws', async () => {
    const key = generateKeyPairSync('x25519').publicKey;
    const odd = ['', '.', '..', 'a.b.c', `${encode('{')}.${encode('{}')}.${'A'.repeat(86)}`];
    for (const text of odd) expect(await verifyJws(text, resolve, typ)).toMatchObject({ ok: false });
    const notJson = signText(JSON.stringify(goodHeader), 'not JSON');
    expect(await verifyJws(notJson, resolve, typ)).toMatchObject({ ok: false });
    const good = signText(JSON.stringify(goodHeader));
    expect(await verifyJws(good, () => key, typ)).toMatchObject({ ok: false });
    const throwing = (): never => {
      throw new Error('no keys today');
    };
    expect(await verifyJws(good, throwing, typ)).toMatchObject({ ok: false });
  });
});

describe('createEnvelopeOpener', () => {
  const open = createEnvelopeOpener(upMessageSchemas);
  const message = {
    v: 1,
    type: 'clock.query',
    messageId: '019ab0c0-0000-7000-8000-000000000001',
    deviceId: 'box-1',
    sentAtMs: 1_795_400_000_000,
  };
  const pack = async (body: object, barcode?: string): Promise<Uint8Array> =>
    Buffer.from(encodeEnvelope(await signMessage(body, signer), barcode));

  it('gives the message, who signed it, and what travelled beside it', async () => {
    const opened = await open(await pack(message, 'SP1:ABC'), resolve);
    expect(opened).toMatchObject({ ok: true, value: { message, kid: 'box-1', barcode: 'SP1:ABC' } });
  });

  it.each([
    ['another major version', { ...message, v: 2 }, 'version_unsupported'],
    ['an unknown type', { ...message, type: 'clock.set' }, 'invalid_input'],
    ['an unknown member', { ...message, colour: 'red' }, 'invalid_input'],
  ])('refuses %s, and still says which message it was', async (_what, body, code) => {
    const opened = await open(await pack(body), resolve);
    expect(opened).toMatchObject({ ok: false, reason: { code, messageId: message.messageId, paymentId: null } });
  });

  it.each([
    ['what is too large', Buffer.alloc(maxPayloadBytes + 1, ' '), 'too_large'],
    ['what is no JSON', Buffer.from('{'), 'invalid_input'],
    ['what is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_input'],
    ['an envelope of another version', Buffer.from('{"v":2,"jws":"a.b.c"}'), 'version_unsupported'],
    ['an envelope with more in it', Buffer.from('{"v":1,"jws":"a.b.c","x":1}'), 'invalid_input'],
    ['what nobody signed', Buffer.from('{"v":1,"jws":"a.b.c"}'), 'signature_invalid'],
  ])('refuses %s', async (_what, payload, code) => {
    expect(await open(payload, resolve)).toMatchObject({ ok: false, reason: { code, messageId: null } });
  });
});
