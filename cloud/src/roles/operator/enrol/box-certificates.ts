import type { EnrolmentReply } from '@scanpay/shared/api/enrolment.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { validityFrom } from '../../../core/enrol/certificate-times.ts';
import { signDeviceRevocation } from '../../../core/enrol/device-revocation.ts';
import type { ShownCertificate } from '../../../ports/shown-certificate.ts';
import type { IdentityContext } from './identity-context.ts';
import { replyWith } from './reply-with.ts';

/**
 * Whose certificate this is. TLS has checked that our CA signed it and that it has not expired; whether it was revoked
 * is asked here, at each connection. The first use of a certificate ends those before it.
 *
 * Codes: certificate_invalid, certificate_revoked, certificate_expired.
 */
export async function identifyBox(ctx: IdentityContext, shown: ShownCertificate): Promise<Result<DeviceId>> {
  const { serial, commonName } = shown;
  const record = await ctx.store.findCertificate(serial);
  if (record === undefined || record.deviceId !== commonName) return refuse('certificate_invalid', 'not on record');
  if (record.revokedAtMs !== null) return refuse('certificate_revoked', record.revocation ?? '');
  const nowMs = ctx.scheduler.nowMs();
  if (record.notAfterMs <= nowMs) return refuse('certificate_expired');
  for (const old of await ctx.store.supersedeBefore(serial, nowMs)) ctx.dropConnections(old);
  return accept(record.deviceId);
}

/**
 * The next certificate, for a box that shows one that is good. The old one is good until the new one is used: a reply
 * that is lost costs nothing.
 */
export async function renewCertificate(
  ctx: IdentityContext,
  shown: ShownCertificate,
  { csr, merchantOf }: { csr: string; merchantOf: (deviceId: DeviceId) => Promise<MerchantId | undefined> },
): Promise<Result<EnrolmentReply>> {
  const identified = await identifyBox(ctx, shown);
  if (!identified.ok) return identified;
  const deviceId = identified.value;
  // One box's budget is its own, whatever address it has.
  if (!ctx.addressTries.take(deviceId)) return refuse('rate_limited', 'renewals of this box');
  const request = await ctx.authority.readRequest(csr);
  if (!request.ok) return request;
  const merchantId = await merchantOf(deviceId);
  if (merchantId === undefined) return refuse('device_unknown');
  const nowMs = ctx.scheduler.nowMs();
  const validity = validityFrom(nowMs, ctx.limits.certificateValidMs);
  const certificate = await ctx.authority.certifyBox(request.value, deviceId, validity);
  await ctx.store.addCertificate(deviceId, certificate, nowMs);
  ctx.log.info({ deviceId, serial: certificate.serial }, 'certificate renewed');
  return replyWith(ctx, { deviceId, merchantId }, certificate);
}

/** From now on nothing is taken from this box, and it is cut off; it may come back by a new claim. */
export async function revokeBox(ctx: IdentityContext, deviceId: DeviceId): Promise<string[]> {
  const revokedAtMs = ctx.scheduler.nowMs();
  const recordJws = await signDeviceRevocation({ deviceId, revokedAtMs }, ctx.signer);
  const serials = await ctx.store.revokeBox(deviceId, revokedAtMs, recordJws);
  for (const serial of serials) ctx.dropConnections(serial);
  ctx.log.info({ deviceId, serials }, 'box revoked');
  return serials;
}
