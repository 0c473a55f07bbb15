import { exportOperatorVerifyKey, importOperatorSigningKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { operatorVerifyKeyOf } from '@scanpay/shared/auth-barcode/keys.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { OperatorConfigSection } from '../../../config.ts';
import type { Merchant } from '../../../core/verify/merchants.ts';
import type { OwnIdentity } from '../../../ports/certificate-authority.ts';
import type { DeviceStore } from '../../../ports/operator-store.ts';
import type { ShownCertificate } from '../../../ports/shown-certificate.ts';
import type { CreateTlsListener } from '../../../ports/tls-listener.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { identifyBox } from './box-certificates.ts';
import { createEnrolmentApp } from './enrolment-app.ts';
import { createIdentityContext, type IdentityContext, type IdentityDeps } from './identity-context.ts';
import { createServerCertificate } from './server-certificate.ts';

export interface IdentityParts
  extends Pick<
    IdentityDeps,
    'authority' | 'merchants' | 'signer' | 'dropConnections' | 'scheduler' | 'randomBytes' | 'log'
  > {
  store: IdentityDeps['store'] & Pick<DeviceStore, 'findDevice'>;
  createTlsListener: CreateTlsListener;
  /** The broker as boxes reach it; empty before it is up. */
  brokerUrl(): string;
  /** The broker's certificate is made anew now and then. */
  setServerIdentity(identity: OwnIdentity): void;
}

/** The operator's CA at work. */
export interface Identity {
  context: IdentityContext;
  /** Where boxes enrol; listens after `start`. */
  app: RoleApp;
  /** PEM. */
  ca: string;
  /** For the broker. */
  server: OwnIdentity;
  /** For the operator's own link to the broker. */
  link: OwnIdentity;
  identifyBox(shown: ShownCertificate): Promise<Result<DeviceId>>;
  start(): Promise<void>;
  stop(): Promise<void>;
  addresses(): { enrolment: string };
}

export async function openIdentity(config: OperatorConfigSection, parts: IdentityParts): Promise<Identity> {
  const { claimValidMs, certificateValidMs, serverNames, ...listen } = config.identity;
  const { authority, store, brokerUrl, setServerIdentity } = parts;
  let url: string | undefined;
  const context = createIdentityContext({
    ...parts,
    enrolmentUrl: () => url,
    configurationFor: (merchant) => (brokerUrl() === '' ? undefined : describePlace(config, merchant, brokerUrl())),
    limits: { claimValidMs, certificateValidMs },
  });
  const brokerHosts = config.broker.kind === 'embedded' ? [config.broker.host] : [];
  const certificate = await createServerCertificate(context, {
    hosts: [...new Set([listen.host, ...brokerHosts, ...serverNames])],
    apply(own) {
      listener.setIdentity(own);
      setServerIdentity(own);
    },
  });
  const listener = parts.createTlsListener(certificate.first, authority.certificatePem);
  const merchantOf = async (deviceId: DeviceId) => (await store.findDevice(deviceId))?.merchantId;
  const app = createEnrolmentApp(context, { serverFactory: listener.serverFactory, merchantOf });
  return {
    context,
    app,
    ca: authority.certificatePem,
    server: certificate.first,
    link: await authority.makeLinkIdentity(),
    identifyBox: (shown) => identifyBox(context, shown),
    async start() {
      const heard = await app.listen({ host: listen.host, port: listen.port });
      // Fastify does not see that the server it was given speaks TLS.
      url = listen.url ?? heard.replace(/^http:/, 'https:');
      certificate.start();
    },
    async stop() {
      certificate.stop();
      await app.close();
    },
    addresses: () => ({ enrolment: url ?? '' }),
  };
}

/** What a box learns of its place when it enrols. */
function describePlace(config: OperatorConfigSection, merchant: Merchant, brokerUrl: string) {
  const { merchantId, name, businessNumber } = merchant;
  const couponKey = exportOperatorVerifyKey(operatorVerifyKeyOf(importOperatorSigningKey(config.couponKey)));
  return {
    merchant: { merchantId, name, businessNumber },
    operator: { messageKeys: [verifyJwkOf(config.messageKey)], couponKeys: [couponKey, ...config.formerCouponKeys] },
    brokerUrl,
  };
}
