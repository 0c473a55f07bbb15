import { claimCodeBytes, writeClaimCode } from '@scanpay/shared/enrolment/claim-code.ts';
import { claimSecretBytes, writeClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { createIdMaker, type DeviceId, type MerchantId } from '@scanpay/shared/ids.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import type { IdentityContext } from './identity-context.ts';

/** What staff hands to the technician; it is shown once and kept nowhere. */
export interface RegisteredClaim {
  claimId: string;
  deviceId: DeviceId;
  merchantId: MerchantId;
  /** For a QR code, see `claim-text.ts`. */
  text: string;
  /** To be typed, see `claim-code.ts`. */
  code: string;
  expiresAtMs: number;
}

export const hashSecret = (secret: Uint8Array): string => sha256Base64Url(Buffer.from(secret).toString('base64url'));
export const hashCode = (code: string): string => sha256Base64Url(code);

/**
 * A place for one box at one merchant, to be claimed once. An earlier claim to the place that nobody has used is good no
 * longer; a box that has the place keeps it until the new claim is used.
 */
export async function registerClaim(
  ctx: IdentityContext,
  place: { deviceId: DeviceId; merchantId: MerchantId },
): Promise<Result<RegisteredClaim>> {
  const { deviceId, merchantId } = place;
  if (ctx.merchants.find(merchantId) === undefined) return refuse('invalid_input', 'body/merchantId: not known here');
  const url = ctx.enrolmentUrl();
  if (url === undefined) return refuse('upstream_unavailable', 'the enrolment service is not up');
  const createdAtMs = ctx.scheduler.nowMs();
  const claimId = createIdMaker(ctx.scheduler, ctx.randomBytes).messageId();
  const secret = ctx.randomBytes(claimSecretBytes);
  const code = writeClaimCode(ctx.randomBytes(claimCodeBytes));
  const expiresAtMs = createdAtMs + ctx.limits.claimValidMs;
  await ctx.store.putClaim({
    claimId,
    deviceId,
    merchantId,
    secretSha256: hashSecret(secret),
    codeSha256: hashCode(code),
    createdAtMs,
    expiresAtMs,
    withdrawnAtMs: null,
    usedAtMs: null,
    usedBy: null,
  });
  ctx.log.info({ claimId, deviceId, merchantId, expiresAtMs }, 'claim registered');
  const text = writeClaimText({ url, secret, caSha256: Buffer.from(ctx.authority.sha256, 'base64url') });
  return accept({ claimId, deviceId, merchantId, text, code, expiresAtMs });
}
