import { DeviceIdSchema, Sha256Schema, strictObject } from '@scanpay/shared/schema.ts';
import { OperatorKeySetSchema } from '@scanpay/shared/wire/operator-keys.ts';
import Type from 'typebox';
import type { RoleApp } from '../../common/role-app.ts';
import type { KeyDesk } from './key-desk.ts';

const KeyStateSchema = strictObject({
  keys: OperatorKeySetSchema,
  keysSha256: Sha256Schema,
  holding: Type.Integer({ minimum: 0, description: 'Boxes that hold just this.' }),
  missing: Type.Array(DeviceIdSchema, { description: 'Boxes that have not said so yet, up to a thousand.' }),
});

/** For staff who change keys: a new one is used when no box is missing any more. */
export function addKeyRoutes(app: RoleApp, desk: KeyDesk): void {
  app.get(
    '/v1/keys',
    {
      schema: {
        summary: "The operator's public keys and CAs as boxes are told, and which boxes hold them",
        tags: ['staff'],
        response: { 200: KeyStateSchema },
      },
    },
    () => desk.readState(),
  );
}
