import { createHash, type Hash } from 'node:crypto';

/** SHA-256 only: whoever writes another algorithm is none of ours. */
const written = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/** `Content-Digest` of a body (RFC 9530 §2); of no body, that of the empty one. */
export const contentDigestOf = (body: string | Uint8Array): string => formatDigest(createHash('sha256').update(body));

export const formatDigest = (hash: Hash): string => `sha-256=:${hash.digest('base64')}:`;

export const isContentDigest = (text: string | undefined): boolean => text !== undefined && written.test(text);
