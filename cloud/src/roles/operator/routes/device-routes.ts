import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { signDeviceKey } from '../../../core/enrol/device-key-record.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { importDeviceKey } from '../find-device-key.ts';
import type { OperatorContext } from '../operator-context.ts';
import { type EnrolBody, EnrolBodySchema, type EnrolReply, EnrolReplySchema } from './schemas.ts';
import { refusals, unwrap } from './unwrap.ts';

/** The registry of boxes. */
export function addDeviceRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.post(
    '/v1/devices',
    {
      schema: {
        summary: 'Enrol a box under a merchant, or give it a new key; its earlier key is retired',
        tags: ['staff'],
        body: EnrolBodySchema,
        response: { 200: EnrolReplySchema, ...refusals },
      },
    },
    async (request) => unwrap(await enrol(ctx, request.body)),
  );
}

async function enrol(ctx: OperatorContext, body: EnrolBody): Promise<Result<EnrolReply>> {
  const { deviceId, merchantId, publicKey } = body;
  const { kid, x } = publicKey;
  if (ctx.merchants.find(merchantId) === undefined) return refuse('invalid_input', 'body/merchantId: no contract');
  if (!isKey(x)) return refuse('invalid_input', 'body/publicKey/x: not a key');
  const enrolledAtMs = ctx.scheduler.nowMs();
  const recordJws = await signDeviceKey({ deviceId, kid, x, enrolledAtMs }, ctx.keys.message);
  const enrolled = await ctx.store.enrolDevice({ deviceId, merchantId, kid, x, recordJws }, enrolledAtMs);
  if (!enrolled.ok) return enrolled;
  return accept({ deviceId, merchantId, kid, enrolledAtMs: enrolled.value.enrolledAtMs });
}

function isKey(x: string): boolean {
  try {
    importDeviceKey(x);
    return true;
  } catch {
    return false; // Node's only word for it is an exception.
  }
}
