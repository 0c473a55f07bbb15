import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import Type, { type Static, type TSchema } from 'typebox';
import { accept, type ErrorCode, type Result, refuse } from '../errors.ts';
import { createParser, strictObject } from '../schema.ts';
import { wireVersion } from './message-header.ts';

/** Largest MQTT payload either side accepts, in bytes. */
export const maxPayloadBytes = 16 * 1024;

/** An Ed25519 key that signs as `kid`. */
export interface JwsSigner {
  kid: string;
  privateKey: KeyObject;
}

/** Finds the Ed25519 public key a `kid` stands for; undefined: not known, or not allowed here. */
export type ResolveKey = (kid: string) => KeyObject | undefined;

/**
 * What an MQTT payload holds: a compact JWS (RFC 7515, EdDSA of RFC 8037) over the message, and beside it the barcode,
 * which the signed part names by its hash. So the signed request can be kept as evidence without the card box.
 */
export const EnvelopeSchema = strictObject({
  v: Type.Literal(wireVersion),
  jws: Type.String({ minLength: 1, maxLength: maxPayloadBytes }),
  barcode: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
});

export function sha256Base64Url(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

const encodePart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decodePart = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

/**
 * Signs any JSON value; `typ` keeps one kind of document from passing as another.
 *
 * Compact JWS with EdDSA (RFC 7515 §7.1, RFC 8037 §3.1) straight on node:crypto. `jose` goes through WebCrypto, that is,
 * through the thread pool: two to three times the time of the signature alone, and a payment has five of them to wait
 * for. The tests hold both directions against it.
 */
export async function signJws(payload: unknown, signer: JwsSigner, typ: string): Promise<string> {
  const signingInput = `${encodePart({ alg: 'EdDSA', kid: signer.kid, typ })}.${encodePart(payload)}`;
  const signature = sign(null, Buffer.from(signingInput), signer.privateKey);
  return `${signingInput}.${signature.toString('base64url')}`;
}

const parts = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})$/;

/** Checks signature and `typ`; returns the parsed payload and who signed. Never throws on bad input. */
export async function verifyJws(
  jws: string,
  resolveKey: ResolveKey,
  typ: string,
): Promise<Result<{ kid: string; payload: unknown }>> {
  try {
    const [, headerPart = '', payloadPart = '', signaturePart = ''] = parts.exec(jws) ?? [];
    const header = decodePart(headerPart);
    if (!isOwnHeader(header, typ)) return refuse('signature_invalid', 'unexpected header');
    const key = resolveKey(header.kid);
    if (key === undefined) return refuse('signature_invalid', `unknown key ${header.kid.slice(0, 64)}`);
    const signature = Buffer.from(signaturePart, 'base64url');
    // The last character holds four bits more than the signature has: only one spelling of it is taken.
    const isValid =
      signature.toString('base64url') === signaturePart &&
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, Buffer.from(`${headerPart}.${payloadPart}`), key, signature);
    if (!isValid) return refuse('signature_invalid', 'the signature does not verify');
    return accept({ kid: header.kid, payload: decodePart(payloadPart) });
  } catch {
    return refuse('signature_invalid', 'the signature does not verify');
  }
}

/** Exactly what `signJws` writes; above all no other algorithm, and no `crit` (RFC 7515 §4.1.11). */
function isOwnHeader(header: unknown, typ: string): header is { kid: string } {
  if (!isRecord(header) || Object.keys(header).length !== 3) return false;
  return header.alg === 'EdDSA' && header.typ === typ && typeof header.kid === 'string';
}

/** The `typ` of every message between box and operator. */
export const messageTyp = 'scanpay+json';

export const signMessage = (message: object, signer: JwsSigner): Promise<string> =>
  signJws(message, signer, messageTyp);

export function encodeEnvelope(jws: string, barcode?: string): string {
  return JSON.stringify(barcode === undefined ? { v: wireVersion, jws } : { v: wireVersion, jws, barcode });
}

/** A message whose signature and schema hold. */
export interface OpenedMessage<M> {
  message: M;
  jws: string;
  kid: string;
  barcode: string | undefined;
}

/** A payload that could not be used; ids are given where they could be read, so that an answer can name them. */
export interface UnusableMessage {
  code: ErrorCode;
  detail: string;
  messageId: string | null;
  paymentId: string | null;
}

type SchemaMap = Record<string, TSchema>;
type MessageOf<S extends SchemaMap> = { [T in keyof S]: Static<S[T]> }[keyof S];

const parseEnvelope = createParser(EnvelopeSchema);

/**
 * Makes the one gate every payload passes: size, JSON, version, signature, schema.
 * Codes: too_large, invalid_input, version_unsupported, signature_invalid.
 */
export function createEnvelopeOpener<S extends SchemaMap>(schemas: S) {
  const parsers = new Map(Object.entries(schemas).map(([type, schema]) => [type, createParser(schema)]));
  return async (
    payload: Uint8Array,
    resolveKey: ResolveKey,
  ): Promise<{ ok: true; value: OpenedMessage<MessageOf<S>> } | { ok: false; reason: UnusableMessage }> => {
    const fail = (code: ErrorCode, detail: string, message?: unknown) => ({
      ok: false as const,
      reason: { code, detail, ...readIds(message) },
    });
    if (payload.byteLength > maxPayloadBytes) return fail('too_large', `${payload.byteLength} bytes`);
    const data = parseJson(payload);
    if (!isRecord(data)) return fail('invalid_input', 'not a JSON object');
    if (data.v !== wireVersion) return fail('version_unsupported', 'envelope version');
    const envelope = parseEnvelope(data);
    if (!envelope.ok) return fail(envelope.code, envelope.detail);
    const verified = await verifyJws(envelope.value.jws, resolveKey, messageTyp);
    if (!verified.ok) return fail(verified.code, verified.detail);
    const message = verified.value.payload;
    if (!isRecord(message)) return fail('invalid_input', 'not a JSON object');
    if (message.v !== wireVersion) return fail('version_unsupported', 'message version', message);
    const parse = typeof message.type === 'string' ? parsers.get(message.type) : undefined;
    if (parse === undefined) return fail('invalid_input', '/type: not known here', message);
    const parsed = parse(message);
    if (!parsed.ok) return fail(parsed.code, parsed.detail, message);
    const { jws, barcode } = envelope.value;
    return { ok: true, value: { message: parsed.value as MessageOf<S>, jws, kid: verified.value.kid, barcode } };
  };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const readUuid = (value: unknown): string | null =>
  typeof value === 'string' && uuidPattern.test(value) ? value : null;

function readIds(message: unknown): { messageId: string | null; paymentId: string | null } {
  const record = isRecord(message) ? message : {};
  return { messageId: readUuid(record.messageId), paymentId: readUuid(record.paymentId) };
}
