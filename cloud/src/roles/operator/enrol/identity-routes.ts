import { accept, refuse } from '@scanpay/shared/errors.ts';
import { DeviceIdSchema, EpochMsSchema, MerchantIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import Type from 'typebox';
import { stateOfClaim } from '../../../core/enrol/judge-claim.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { refusals, unwrap } from '../routes/unwrap.ts';
import { revokeBox } from './box-certificates.ts';
import type { IdentityContext } from './identity-context.ts';
import { registerClaim } from './register-claim.ts';

const place = { deviceId: DeviceIdSchema, merchantId: MerchantIdSchema };
const ClaimReplySchema = strictObject({
  claimId: Type.String(),
  ...place,
  text: Type.String({ description: 'For a QR code, error correction level M.' }),
  code: Type.String({ description: 'To be typed: 40 bits.' }),
  expiresAtMs: EpochMsSchema,
});

const claimListLimit = 50;
const ClaimListSchema = strictObject({
  nowMs: EpochMsSchema,
  claims: Type.Array(
    strictObject({
      claimId: Type.String(),
      ...place,
      createdAtMs: EpochMsSchema,
      expiresAtMs: EpochMsSchema,
      usedAtMs: Type.Union([EpochMsSchema, Type.Null()]),
      state: Type.Enum(['open', 'used', 'replaced', 'expired'] as const),
    }),
  ),
});

const DeviceParams = strictObject({ deviceId: DeviceIdSchema });
const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const CertificateListSchema = strictObject({
  deviceId: DeviceIdSchema,
  certificates: Type.Array(
    strictObject({
      serial: Type.String(),
      issuedAtMs: EpochMsSchema,
      notAfterMs: EpochMsSchema,
      revokedAtMs: orNull(EpochMsSchema),
      revocation: orNull(
        Type.Union([Type.Literal('revoked'), Type.Literal('enrolled-again'), Type.Literal('superseded')]),
      ),
    }),
  ),
});

/** For the operator's staff: places for boxes, and what their certificates are. */
export function addIdentityRoutes(app: RoleApp, ctx: IdentityContext): void {
  app.post(
    '/v1/claims',
    {
      schema: {
        summary: 'A place for a box at a merchant, and the claim to it; shown once, used once, soon expired',
        tags: ['staff'],
        body: strictObject(place),
        response: { 200: ClaimReplySchema, ...refusals },
      },
    },
    async (request) => unwrap(await registerClaim(ctx, request.body)),
  );
  app.get(
    '/v1/claims',
    {
      schema: {
        summary: 'The latest claims and what became of them; their secrets are kept nowhere',
        tags: ['staff'],
        response: { 200: ClaimListSchema },
      },
    },
    async () => {
      const nowMs = ctx.scheduler.nowMs();
      const records = await ctx.store.listClaims(claimListLimit);
      const claims = records.map((claim) => {
        const { claimId, deviceId, merchantId, createdAtMs, expiresAtMs, usedAtMs } = claim;
        return { claimId, deviceId, merchantId, createdAtMs, expiresAtMs, usedAtMs, state: stateOfClaim(claim, nowMs) };
      });
      return { nowMs, claims };
    },
  );
  app.get(
    '/v1/devices/:deviceId/certificates',
    {
      schema: {
        summary: 'Certificates of a box, newest first, and what became of each',
        tags: ['staff'],
        params: DeviceParams,
        response: { 200: CertificateListSchema, ...refusals },
      },
    },
    async ({ params: { deviceId } }) => {
      const records = await ctx.store.listCertificates(deviceId);
      const certificates = records.map(({ serial, issuedAtMs, notAfterMs, revokedAtMs, revocation }) => ({
        serial,
        issuedAtMs,
        notAfterMs,
        revokedAtMs,
        revocation,
      }));
      return unwrap(records.length === 0 ? refuse('not_found') : accept({ deviceId, certificates }));
    },
  );
  app.post(
    '/v1/devices/:deviceId/revoke',
    {
      schema: {
        summary: 'Revoke a box: cut off at once, nothing of it is taken any more; a new claim brings it back',
        tags: ['staff'],
        params: DeviceParams,
        response: { 200: strictObject({ deviceId: DeviceIdSchema, serials: Type.Array(Type.String()) }), ...refusals },
      },
    },
    async ({ params: { deviceId } }) => {
      const known = await ctx.store.listCertificates(deviceId);
      if (known.length === 0) return unwrap(refuse('not_found'));
      return { deviceId, serials: await revokeBox(ctx, deviceId) };
    },
  );
}
