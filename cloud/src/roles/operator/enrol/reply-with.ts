import type { EnrolmentReply } from '@scanpay/shared/api/enrolment.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { renewAfter } from '../../../core/enrol/certificate-times.ts';
import type { Certificate } from '../../../ports/certificate-authority.ts';
import type { IdentityContext } from './identity-context.ts';

/** Certificate and configuration for the box; with every renewal the box also learns of new keys of the operator. */
export function replyWith(
  ctx: IdentityContext,
  { deviceId, merchantId }: { deviceId: DeviceId; merchantId: MerchantId },
  { pem, notAfterMs }: Certificate,
): Result<EnrolmentReply> {
  const merchant = ctx.merchants.find(merchantId);
  if (merchant === undefined) return refuse('claim_unknown', 'the operator works with its merchant no more');
  const configuration = ctx.configurationFor(merchant);
  if (configuration === undefined) return refuse('upstream_unavailable', 'the broker is not up');
  return accept({
    deviceId,
    certificate: pem,
    caCertificates: ctx.authorities().map(({ certificatePem }) => certificatePem),
    renewAfterMs: renewAfter(notAfterMs, ctx.limits.certificateValidMs),
    expiresAtMs: notAfterMs,
    configuration,
  });
}
