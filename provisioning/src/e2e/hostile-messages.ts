import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { encodeEnvelope, messageTyp } from '@scanpay/shared/wire/envelope.ts';
import type { HostileBox } from './hostile-box.ts';

/** One message that cannot be used, and what the operator says to it. */
export interface BadMessage {
  name: string;
  code: ErrorCode;
  /** The operator could read who and what it was about, and says so. */
  namesPayment?: true;
  make(box: HostileBox, sound: SoundRequest): string | Uint8Array | Promise<string | Uint8Array>;
}

/** A request that would have been taken: what the bad one is made from. */
export interface SoundRequest {
  message: Record<string, unknown>;
  jws: string;
  barcode: string;
}

export const encodePart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString());

/** A compact JWS put together by hand: any header, any payload, Ed25519. */
export function forgeJws(header: object, payload: string, key: KeyObject): string {
  const signed = `${encodePart(header)}.${payload}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

export const strangerKey = generateKeyPairSync('ed25519').privateKey;
const goodHeader = ({ signer }: HostileBox) => ({ alg: 'EdDSA', kid: signer.kid, typ: messageTyp });

/** The sound request with other content, properly signed. */
const altered = (box: HostileBox, { message, barcode }: SoundRequest, change: object): string =>
  encodeEnvelope(forgeJws(goodHeader(box), encodePart({ ...message, ...change }), box.signer.privateKey), barcode);

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** What is wrong before any signature is looked at. */
export const badEnvelopes: readonly BadMessage[] = [
  { name: 'nothing', code: 'invalid_input', make: () => '' },
  { name: 'no JSON', code: 'invalid_input', make: () => 'PAY 1000 WON' },
  { name: 'half of a sound envelope', code: 'invalid_input', make: (_, { jws }) => encodeEnvelope(jws).slice(0, 200) },
  { name: 'an array', code: 'invalid_input', make: (_, { jws }) => `[${encodeEnvelope(jws)}]` },
  { name: 'null', code: 'invalid_input', make: () => 'null' },
  {
    name: 'invalid UTF-8',
    code: 'invalid_input',
    make: (_, { jws }) => Buffer.concat([Buffer.from(encodeEnvelope(jws)), Buffer.of(0xc3, 0x28)]),
  },
  { name: 'nesting as deep as it fits', code: 'invalid_input', make: () => nested(8_000) },
  { name: 'deep nesting inside', code: 'invalid_input', make: () => `{"v":1,"jws":${nested(7_000)}}` },
  { name: 'another envelope version', code: 'version_unsupported', make: (_, { jws }) => `{"v":2,"jws":"${jws}"}` },
  { name: 'no envelope version', code: 'version_unsupported', make: (_, { jws }) => `{"jws":"${jws}"}` },
  { name: 'no signed part', code: 'invalid_input', make: () => '{"v":1}' },
  { name: 'a number for the signed part', code: 'invalid_input', make: () => '{"v":1,"jws":7}' },
  { name: 'an unknown member', code: 'invalid_input', make: (_, { jws }) => `{"v":1,"jws":"${jws}","admin":true}` },
  {
    name: 'a barcode that is too long',
    code: 'invalid_input',
    make: (_, { jws }) => encodeEnvelope(jws, 'S'.repeat(1_025)),
  },
];

/** Somebody else's signature, or none. */
export const badSignatures: readonly BadMessage[] = (
  [
    ['no JWS at all', () => 'pay.me.now'],
    ['unsigned', (_, { jws }) => `${encodePart({ alg: 'none', typ: messageTyp })}.${jws.split('.')[1]}.`],
    [
      'unsigned, naming the key',
      (box, { jws }) => `${encodePart({ ...goodHeader(box), alg: 'none' })}.${jws.split('.')[1]}.`,
    ],
    ['without its signature', (_, { jws }) => jws.split('.').slice(0, 2).join('.')],
    ['another payload under its signature', changePayload],
    [
      'an unknown key',
      (box, { message }) => forgeJws({ ...goodHeader(box), kid: 'k' }, encodePart(message), strangerKey),
    ],
    [
      "a stranger's key under the box's name",
      (box, { message }) => forgeJws(goodHeader(box), encodePart(message), strangerKey),
    ],
    ['the public key as a shared secret', signWithPublicKey],
    [
      'a statement in place of a message',
      (box, { message }) =>
        forgeJws({ ...goodHeader(box), typ: 'scanpay-statement+json' }, encodePart(message), box.signer.privateKey),
    ],
    ['no JSON under a good signature', (box) => forgeJws(goodHeader(box), 'bm8', box.signer.privateKey)],
  ] satisfies [string, (box: HostileBox, sound: SoundRequest) => string][]
).map(
  ([name, makeJws]): BadMessage => ({
    name,
    code: 'signature_invalid',
    make: (box, sound) => encodeEnvelope(makeJws(box, sound), sound.barcode),
  }),
);

function changePayload(_: HostileBox, { jws }: SoundRequest): string {
  const [header, payload, signature] = jws.split('.');
  return [header, encodePart({ ...decode(payload), listAmountWon: 1 }), signature].join('.');
}

/** The classic confusion: HMAC keyed with what everybody knows. */
function signWithPublicKey(box: HostileBox, { message }: SoundRequest): string {
  const signed = `${encodePart({ ...goodHeader(box), alg: 'HS256' })}.${encodePart(message)}`;
  return `${signed}.${createHmac('sha256', box.jwk.x).update(signed).digest('base64url')}`;
}

const changes: readonly (readonly [string, object, ErrorCode?])[] = [
  ['another message version', { v: 2 }, 'version_unsupported'],
  ['an unknown type', { type: 'payment.gift' }],
  ["the operator's own type", { type: 'payment.result' }],
  ['a missing field', { expiresAtMs: undefined }],
  ['an unknown field', { discountWon: 20_000 }],
  ['a text for a number', { listAmountWon: '20000' }],
  ['an amount of nothing', { listAmountWon: 0 }],
  ['an amount below nothing', { listAmountWon: -20_000 }],
  ['an amount beyond the largest', { listAmountWon: 1_000_000_001 }],
  ['half a won', { listAmountWon: 20_000.5 }],
  ['a hundred people', { headcount: 100 }],
  ['a 31st month', { visitDate: '2026-31-01' }],
  ['another kind of coupon', { coupon: { kind: 'free', couponId: '0'.repeat(16) } }],
  ['an expiry in the far future', { expiresAtMs: 9e15 }],
  ["another merchant's shop", { merchantId: 'm-sokcho-table' }, 'device_mismatch'],
];

/** Properly signed, and still not what the schema says, or about somebody else. */
export const badContents: readonly BadMessage[] = [
  ...changes.map(
    ([name, change, code = 'invalid_input']): BadMessage => ({
      name,
      code,
      namesPayment: true,
      make: (box, sound) => altered(box, sound, change),
    }),
  ),
  {
    name: 'another box',
    code: 'device_mismatch',
    make: (box, sound) => altered(box, sound, { deviceId: 'box-demo-1' }),
  },
  { name: 'a list for a message', code: 'invalid_input', make: (box) => sealRaw(box, [1, 2]) },
  {
    name: 'the barcode of another coupon',
    code: 'signature_invalid',
    namesPayment: true,
    make: (_, { jws }) => encodeEnvelope(jws, 'SP1:NCFK60DG0/3WUWGSLKH47GO0'),
  },
  { name: 'no barcode', code: 'invalid_input', namesPayment: true, make: (_, { jws }) => encodeEnvelope(jws) },
];

const sealRaw = (box: HostileBox, payload: unknown): string =>
  encodeEnvelope(forgeJws(goodHeader(box), encodePart(payload), box.signer.privateKey));
