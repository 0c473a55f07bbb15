import { type KeyObject, sign, verify } from 'node:crypto';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import {
  createSignatureSync,
  isSignatureError,
  type MessageDescriptor,
  type SignatureComponent,
  SignatureErrorCode,
  type SignatureParameters,
  type Verifier,
  verifySignature,
} from 'http-message-sig';

/** The one signature of a message is named so. */
export const signatureLabel = 'scanpay';
const algorithm = 'ed25519';

/** `Signature` and `Signature-Input` (RFC 9421 §4) by an Ed25519 key (§3.3.6). */
export function signHttp(
  message: MessageDescriptor,
  components: readonly SignatureComponent[],
  parameters: SignatureParameters,
  signer: JwsSigner,
  label = signatureLabel,
): Record<'signature' | 'signature-input', string> {
  const { signature, signatureInput } = createSignatureSync(message, {
    label,
    components,
    parameters: { ...parameters, keyid: signer.kid },
    signer: { algorithm, sign: (base) => sign(null, base, signer.privateKey) },
  });
  return { signature, 'signature-input': signatureInput };
}

/** What was signed, as far as the caller judges it. */
export interface VerifiedParameters {
  keyId: string;
  /** Seconds since the epoch. */
  created: number;
  expires: number | undefined;
  nonce: string | undefined;
  tag: string | undefined;
}

/** Times are judged by ourselves, with a code of their own. */
const anyTimeSeconds = Number.MAX_SAFE_INTEGER;

/**
 * Checks the signature over at least these components. Codes: signature_missing, signature_invalid. Whether its times,
 * nonce and tag are good is for the caller to say.
 */
export async function verifyHttp(
  message: MessageDescriptor,
  components: readonly SignatureComponent[],
  findKey: (keyId: string) => KeyObject | undefined,
): Promise<Result<VerifiedParameters>> {
  try {
    const { parameters } = await verifySignature<Verifier>(message, {
      label: signatureLabel,
      policy: {
        algorithms: [algorithm],
        requiredComponents: components,
        requiredParameters: ['created', 'keyid', 'tag'],
        clockSkew: anyTimeSeconds,
        now: 0,
      },
      resolveVerifier({ parameters: { keyid = '' } }) {
        const key = findKey(keyid);
        if (key === undefined) throw new Error(`unknown key ${keyid.slice(0, 64)}`);
        return { algorithm, verify: (base, signature) => verify(null, base, key, signature) };
      },
    });
    const { keyid = '', created = 0, expires, nonce, tag } = parameters;
    return accept({ keyId: keyid, created, expires, nonce, tag });
  } catch (error) {
    if (!isSignatureError(error)) throw error;
    const cause =
      error.code === SignatureErrorCode.ResolverFailed && error.cause instanceof Error ? error.cause : error;
    return refuse('signature_invalid', cause.message.slice(0, 200));
  }
}
