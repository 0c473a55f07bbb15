import { type HandOver, HandOverSchema, handOverTyp } from '@scanpay/shared/api/hand-over.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { sha256Base64Url, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import type { HandOverRecord } from '../../ports/hand-over-store.ts';
import { findDeviceKey } from './find-device-key.ts';
import type { OperatorContext } from './operator-context.ts';

const parseHandOver = createParser(HandOverSchema);

/**
 * Keeps what a box signed of its own hand-over. Whoever brings it need not be known: nobody but the box can have made it.
 *
 * Codes: invalid_input, device_unknown, signature_invalid, wrong_merchant.
 */
export async function recordHandOver(ctx: OperatorContext, handOverJws: string): Promise<Result<HandOverRecord>> {
  const named = readDeviceId(handOverJws);
  const device = named === undefined ? undefined : await ctx.store.findDevice(named);
  if (device === undefined) return refuse('device_unknown');
  const verified = await verifyJws(handOverJws, (kid) => findDeviceKey(device, kid, 'now'), handOverTyp);
  if (!verified.ok) return verified;
  const parsed = parseHandOver(verified.value.payload);
  if (!parsed.ok) return refuse('invalid_input', parsed.detail);
  const handOver: HandOver = parsed.value;
  if (handOver.merchantId !== device.merchantId) return refuse('wrong_merchant', 'the box stands at another merchant');
  const digest = sha256Base64Url(handOverJws);
  const recordedAtMs = ctx.scheduler.nowMs();
  return accept(await ctx.store.addHandOver({ digest, handOverJws, handOver, recordedAtMs }));
}

/** Whose key it is to be checked with; believed only once that key verifies it. */
function readDeviceId(jws: string): DeviceId | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof payload !== 'object' || payload === null || !('deviceId' in payload)) return undefined;
    return typeof payload.deviceId === 'string' ? (payload.deviceId as DeviceId) : undefined;
  } catch {
    return undefined; // Not even JSON.
  }
}
