import { TLSSocket } from 'node:tls';
import {
  CaReplySchema,
  EnrolmentBodySchema,
  EnrolmentReplySchema,
  RenewalBodySchema,
} from '@scanpay/shared/api/enrolment.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import type { FastifyServerFactory } from 'fastify';
import { readShownCertificate, type ShownCertificate } from '../../../ports/shown-certificate.ts';
import { createRoleApp, type RoleApp } from '../../common/role-app.ts';
import { refusals, unwrap } from '../routes/unwrap.ts';
import { renewCertificate } from './box-certificates.ts';
import { enrolBox } from './enrol-box.ts';
import type { IdentityContext } from './identity-context.ts';

/**
 * The only service of the operator that boxes call over HTTPS, after EST (RFC 7030): apart from the staff's, so that it
 * alone need be reachable. The server's certificate is of the operator's own CA, which the claim pins.
 */
export function createEnrolmentApp(
  ctx: IdentityContext,
  options: {
    serverFactory: FastifyServerFactory;
    merchantOf: (deviceId: DeviceId) => Promise<MerchantId | undefined>;
  },
): RoleApp {
  const { serverFactory, merchantOf } = options;
  const app = createRoleApp({ title: 'ScanPay operator, enrolment of boxes', log: ctx.log, serverFactory });
  app.after(() => {
    app.get(
      '/v1/ca',
      {
        schema: {
          summary: "The operator's CA; whoever asks compares its hash with the claim's",
          tags: ['box'],
          response: { 200: CaReplySchema, ...refusals },
        },
      },
      async () => ({ caCertificates: ctx.authorities().map(({ certificatePem }) => certificatePem) }),
    );
    app.post(
      '/v1/enrolments',
      {
        schema: {
          summary: 'Claim, keys → certificate and configuration; the same request again gets the same answer',
          tags: ['box'],
          body: EnrolmentBodySchema,
          response: { 200: EnrolmentReplySchema, ...refusals },
        },
      },
      async (request) => unwrap(await enrolBox(ctx, request.body, request.ip)),
    );
    app.post(
      '/v1/renewals',
      {
        schema: {
          summary: 'The next certificate, for the box whose certificate the connection shows',
          tags: ['box'],
          body: RenewalBodySchema,
          response: { 200: EnrolmentReplySchema, ...refusals },
        },
      },
      async (request) => {
        const shown = unwrap(readPeer(request.raw.socket));
        return unwrap(await renewCertificate(ctx, shown, { csr: request.body.csr, merchantOf }));
      },
    );
  });
  return app;
}

/** The listener lets anybody in, for who enrols has no certificate yet: so TLS's own verdict is asked here. */
function readPeer(socket: unknown): Result<ShownCertificate> {
  if (!(socket instanceof TLSSocket)) return refuse('certificate_invalid', 'no TLS');
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return refuse('certificate_invalid', 'none was shown');
  if (socket.authorized) return accept(readShownCertificate(certificate));
  // Node's types say Error; what it sets is the name of OpenSSL's verdict.
  const verdict = String(socket.authorizationError);
  return refuse(verdict === 'CERT_HAS_EXPIRED' ? 'certificate_expired' : 'certificate_invalid', verdict);
}
