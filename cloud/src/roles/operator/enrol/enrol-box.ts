import {
  type EnrolmentBody,
  type EnrolmentReply,
  enrolmentProofTyp,
  type ShownClaim,
} from '@scanpay/shared/api/enrolment.ts';
import { readClaimCode } from '@scanpay/shared/enrolment/claim-code.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { sha256Base64Url, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { validityFrom } from '../../../core/enrol/certificate-times.ts';
import { signDeviceKey } from '../../../core/enrol/device-key-record.ts';
import { judgeClaim } from '../../../core/enrol/judge-claim.ts';
import type { Certificate, CertificateRequest } from '../../../ports/certificate-authority.ts';
import type { ClaimRecord } from '../../../ports/identity-store.ts';
import { importDeviceKey } from '../find-device-key.ts';
import type { IdentityContext } from './identity-context.ts';
import { hashCode, hashSecret } from './register-claim.ts';
import { replyWith } from './reply-with.ts';

/**
 * Makes a box of this operator's of whoever shows a good claim: its keys come under the claim's place, what the place
 * had before is revoked.
 *
 * Codes: rate_limited, claim_unreadable, claim_unknown, claim_foreign, claim_used, claim_expired,
 * certificate_request_invalid, signature_invalid, signing_key_retired.
 */
export async function enrolBox(
  ctx: IdentityContext,
  body: EnrolmentBody,
  remoteAddress: string,
): Promise<Result<EnrolmentReply>> {
  if (!ctx.addressTries.take(remoteAddress)) return refuse('rate_limited', 'requests of this address');
  const found = await findClaim(ctx, body.claim);
  if (!found.ok) return found;
  const request = await ctx.authority.readRequest(body.csr);
  if (!request.ok) return request;
  if (!(await holdsSigningKey(body))) return refuse('signature_invalid', 'body/proof');
  const claim = found.value;
  const nowMs = ctx.scheduler.nowMs();
  const usedBy = requestIdentity(request.value, body);
  const use = judgeClaim(claim, { usedBy, nowMs });
  if (!use.ok) return use;
  const certificate =
    use.value === 'first'
      ? await useClaim(ctx, claim, { request: request.value, usedBy, body, nowMs })
      : await repeat(ctx, claim, request.value);
  return certificate.ok ? replyWith(ctx, claim, certificate.value) : certificate;
}

async function findClaim(ctx: IdentityContext, shown: ShownClaim): Promise<Result<ClaimRecord>> {
  if ('secret' in shown) {
    if (!ctx.authorities().some(({ sha256 }) => sha256 === shown.caSha256)) return refuse('claim_foreign');
    const secretSha256 = hashSecret(Buffer.from(shown.secret, 'base64url'));
    const claim = await ctx.store.findClaim({ secretSha256 });
    return claim === undefined ? refuse('claim_unknown') : accept(claim);
  }
  // Before it is looked up, so that many tries at the same time count as many.
  if (!ctx.codeTries.take('all'))
    return refuse('rate_limited', 'claims by code; the QR code of a claim is not limited');
  const code = readClaimCode(shown.code);
  if (!code.ok) return code;
  const claim = await ctx.store.findClaim({ codeSha256: hashCode(code.value) });
  return claim === undefined ? refuse('claim_unknown') : accept(claim);
}

/** The box holds the key it wants its messages checked with: it signed this very request. */
async function holdsSigningKey({ csr, signingKey, proof }: EnrolmentBody): Promise<boolean> {
  try {
    const key = importDeviceKey(signingKey.x);
    const verified = await verifyJws(proof, (kid) => (kid === signingKey.kid ? key : undefined), enrolmentProofTyp);
    if (!verified.ok) return false;
    const { payload } = verified.value;
    const csrSha256 = typeof payload === 'object' && payload !== null && 'csrSha256' in payload && payload.csrSha256;
    return csrSha256 === sha256Base64Url(csr);
  } catch {
    return false; // Node's only word for a key that is none is an exception.
  }
}

/** Who used a claim: nobody else has these two keys. */
function requestIdentity({ publicKeySha256 }: CertificateRequest, { signingKey }: EnrolmentBody): string {
  return sha256Base64Url(`${publicKeySha256} ${signingKey.kid} ${signingKey.x}`);
}

async function useClaim(
  ctx: IdentityContext,
  { claimId, deviceId, merchantId }: ClaimRecord,
  use: { request: CertificateRequest; usedBy: string; body: EnrolmentBody; nowMs: number },
): Promise<Result<Certificate>> {
  const { request, usedBy, nowMs } = use;
  const { kid, x } = use.body.signingKey;
  const validity = validityFrom(nowMs, ctx.limits.certificateValidMs);
  const certificate = await ctx.authority.certifyBox(request, deviceId, validity);
  const recordJws = await signDeviceKey({ deviceId, kid, x, enrolledAtMs: nowMs }, ctx.signer);
  const signingKey = { kid, x, recordJws };
  const enrolment = { claimId, usedBy, deviceId, merchantId, signingKey, certificate };
  const enrolled = await ctx.store.enrolByClaim(enrolment, nowMs);
  if (!enrolled.ok) return enrolled;
  for (const serial of enrolled.value) ctx.dropConnections(serial);
  ctx.log.info({ claimId, deviceId, merchantId, serial: certificate.serial }, 'box enrolled');
  return accept(certificate);
}

/** The answer of the first time once more. */
async function repeat(
  ctx: IdentityContext,
  { deviceId }: ClaimRecord,
  { publicKeySha256 }: CertificateRequest,
): Promise<Result<Certificate>> {
  const all = await ctx.store.listCertificates(deviceId);
  const own = all.find((each) => each.publicKeySha256 === publicKeySha256 && each.revokedAtMs === null);
  return own === undefined ? refuse('claim_used', 'its certificate was revoked') : accept(own);
}
