import { HandOverListSchema, HandOverRecordBodySchema, HandOverRecordSchema } from '@scanpay/shared/api/hand-over.ts';
import { DeviceIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { recordHandOver } from '../hand-over-desk.ts';
import type { OperatorContext } from '../operator-context.ts';
import { refusals, unwrap } from './unwrap.ts';

const tags = ['staff'];
const listLimit = 50;

/** Slips of boxes that technicians handed over to shops. */
export function addHandOverRoutes(app: RoleApp, ctx: OperatorContext): void {
  app.post(
    '/v1/hand-overs',
    {
      schema: {
        summary: 'Keep the slip a box signed when it was handed over; the same one again changes nothing',
        tags,
        body: HandOverRecordBodySchema,
        response: { 200: HandOverRecordSchema, ...refusals },
      },
    },
    async ({ body }) => {
      const { digest, handOver, recordedAtMs } = unwrap(await recordHandOver(ctx, body.handOverJws));
      return { digest, handOver, recordedAtMs };
    },
  );
  app.get(
    '/v1/devices/:deviceId/hand-overs',
    {
      schema: {
        summary: 'Hand-overs of a box, newest first',
        tags,
        params: strictObject({ deviceId: DeviceIdSchema }),
        response: { 200: HandOverListSchema, ...refusals },
      },
    },
    async ({ params: { deviceId } }) => ({
      deviceId,
      handOvers: await ctx.store.listHandOvers(deviceId, listLimit),
    }),
  );
}
