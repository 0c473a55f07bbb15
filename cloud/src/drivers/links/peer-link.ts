import type { KeyObject } from 'node:crypto';
import type { Clock, RandomBytes } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { component, type FieldOccurrence, type SignatureComponent } from 'http-message-sig';
import { contentDigestOf, isContentDigest } from '../../ports/content-digest.ts';
import type { Company } from '../../ports/ledger.ts';
import type { LinkHeaders, LinkRequest, NonceStore, PeerLink } from '../../ports/peer-link.ts';
import { signatureLabel, signHttp, type VerifiedParameters, verifyHttp } from './message-signatures.ts';

/** Keys at one moment: the company's own, and those that each of the others may sign with. */
export interface LinkKeys {
  signer: JwsSigner;
  /** By key id; several of a company at once, so that keys can be changed. */
  peers: ReadonlyMap<string, { company: Company; key: KeyObject }>;
}

export interface PeerLinkOptions {
  self: Company;
  /** Asked each time: keys change while the company runs. */
  keys: () => LinkKeys;
  nonces: NonceStore;
  clock: Clock;
  randomBytes: RandomBytes;
  /** How far the clocks of two companies may be apart, seconds. */
  clockSkewS: number;
}

/** A signature is good for so long; a caller that asks again signs again. */
const validS = 30;
const nonceBytes = 16;
const nonceText = /^[A-Za-z0-9_-]{22}$/;
/** The host is none of ours to sign: a proxy may stand in between. Whom a request is for says its tag. */
const anyHost = 'http://link.invalid';

const requestTag = (to: Company): string => `scanpay-to-${to}`;
const answerTag = (from: Company): string => `scanpay-from-${from}`;

/** HTTP Message Signatures (RFC 9421) with Ed25519 keys, both ways. */
export function createPeerLink(options: PeerLinkOptions): PeerLink {
  const { self, keys, nonces, clock, randomBytes, clockSkewS } = options;
  const nowS = (): number => Math.floor(clock.nowMs() / 1_000);
  const keyOf = (keyId: string): KeyObject | undefined => keys().peers.get(keyId)?.key;
  const companyOf = (keyId: string): Company | undefined => keys().peers.get(keyId)?.company;

  return {
    async signRequest(to, { method, target, headers, body }) {
      const digested = { ...headers, 'content-digest': contentDigestOf(body) };
      const nonce = Buffer.from(randomBytes(nonceBytes)).toString('base64url');
      const created = nowS();
      const parameters = { created, expires: created + validS, nonce, tag: requestTag(to) };
      const message = describeRequest({ method, target, headers: digested });
      const signature = signHttp(message, requestComponents(digested), parameters, keys().signer);
      return { 'content-digest': digested['content-digest'], ...signature };
    },
    async checkRequest(request, callers) {
      const { headers } = request;
      if (!isSigned(headers)) return refuse('signature_missing');
      if (!isContentDigest(headers['content-digest'])) return refuse('signature_invalid', 'content-digest');
      const verified = await verifyHttp(describeRequest(request), requestComponents(headers), keyOf);
      if (!verified.ok) return verified;
      const { keyId, tag } = verified.value;
      if (tag !== requestTag(self)) return refuse('signature_invalid', 'for another company');
      const caller = companyOf(keyId);
      if (caller === undefined || !callers.includes(caller)) return refuse('caller_not_allowed', caller ?? '');
      return useOnce(verified.value, caller);
    },
    async signAnswer(request, { status, headers, body }) {
      const digested = { ...headers, 'content-digest': contentDigestOf(body) };
      const message = {
        kind: 'response',
        status,
        fields: toFields(digested),
        request: describeRequest(request),
      } as const;
      const parameters = { created: nowS(), tag: answerTag(self) };
      const signature = signHttp(message, answerComponents(digested), parameters, keys().signer);
      return { 'content-digest': digested['content-digest'], ...signature };
    },
    async checkAnswer(from, request, { status, headers, body }) {
      if (!isSigned(headers)) return refuse('signature_missing');
      if (headers['content-digest'] !== contentDigestOf(body)) return refuse('signature_invalid', 'content-digest');
      const message = {
        kind: 'response',
        status,
        fields: toFields(headers),
        request: describeRequest(request),
      } as const;
      const verified = await verifyHttp(message, answerComponents(headers), keyOf);
      if (!verified.ok) return verified;
      const { keyId, tag, created } = verified.value;
      if (companyOf(keyId) !== from || tag !== answerTag(from))
        return refuse('signature_invalid', 'of another company');
      if (Math.abs(nowS() - created) > clockSkewS + validS) return refuse('signature_stale', `made at ${created}`);
      return accept(undefined);
    },
  };

  async function useOnce(
    { keyId, created, expires, nonce = '' }: VerifiedParameters,
    caller: Company,
  ): Promise<Result<Company>> {
    if (!nonceText.test(nonce)) return refuse('signature_invalid', 'nonce');
    const now = nowS();
    if (expires === undefined || expires < created || expires > created + validS) {
      return refuse('signature_invalid', 'expires');
    }
    if (created > now + clockSkewS || expires < now - clockSkewS) {
      return refuse('signature_stale', `made at ${created}, now it is ${now}`);
    }
    // Kept until nobody would take it any more, whatever its times.
    const expiresAtMs = (expires + clockSkewS + 1) * 1_000;
    const isFirst = await nonces.use({ keyId, nonce, expiresAtMs }, clock.nowMs());
    return isFirst ? accept(caller) : refuse('replayed');
  }
}

const isSigned = (headers: LinkHeaders): boolean =>
  headers.signature !== undefined && headers['signature-input'] !== undefined;

/** The type belongs to the content: signed where there is one. */
const contentComponents = (headers: LinkHeaders): string[] =>
  headers['content-type'] === undefined ? ['content-digest'] : ['content-digest', 'content-type'];

const requestComponents = (headers: LinkHeaders): SignatureComponent[] => [
  '@method',
  '@path',
  '@query',
  ...contentComponents(headers),
];

/** With the request's own signature (RFC 9421 §2.4): an answer is good for that one request only. */
const answerComponents = (headers: LinkHeaders): SignatureComponent[] => [
  '@status',
  ...contentComponents(headers),
  component('signature', { req: true, key: signatureLabel }),
];

const signedFields = ['content-type', 'content-digest', 'signature', 'signature-input'] as const;

function toFields(headers: LinkHeaders): FieldOccurrence[] {
  return signedFields.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [{ name, value }];
  });
}

function describeRequest({ method, target, headers }: LinkRequest) {
  return { kind: 'request', method, targetUri: `${anyHost}${target}`, fields: toFields(headers) } as const;
}
