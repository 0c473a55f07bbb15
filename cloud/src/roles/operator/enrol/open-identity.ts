import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import type { OperatorConfigSection } from '../../../config.ts';
import type { Merchant } from '../../../core/verify/merchants.ts';
import type { CertificateAuthority, OwnIdentity } from '../../../ports/certificate-authority.ts';
import type { DeviceStore } from '../../../ports/operator-store.ts';
import type { ShownCertificate } from '../../../ports/shown-certificate.ts';
import type { CreateTlsListener } from '../../../ports/tls-listener.ts';
import type { RoleApp } from '../../common/role-app.ts';
import { identifyBox } from './box-certificates.ts';
import { createEnrolmentApp } from './enrolment-app.ts';
import { createIdentityContext, type IdentityContext, type IdentityDeps } from './identity-context.ts';
import { createServerCertificate } from './server-certificate.ts';

/** Those that are believed; the first issues. */
export type Authorities = readonly [CertificateAuthority, ...CertificateAuthority[]];

export interface IdentityParts
  extends Pick<IdentityDeps, 'merchants' | 'signer' | 'dropConnections' | 'scheduler' | 'randomBytes' | 'log'> {
  store: IdentityDeps['store'] & Pick<DeviceStore, 'findDevice'>;
  authorities: Authorities;
  createTlsListener: CreateTlsListener;
  /** What boxes are to believe now. */
  keySet(): OperatorKeySet;
  /** The broker as boxes reach it; empty before it is up. */
  brokerUrl(): string;
  /** The broker's certificate is made anew now and then; `ca` is what boxes show certificates of. */
  setServerIdentity(identity: OwnIdentity, ca: string): void;
}

/** The operator's CAs at work. */
export interface Identity {
  context: IdentityContext;
  /** Where boxes enrol; listens after `start`. */
  app: RoleApp;
  /** All that are believed, PEM. */
  readonly ca: string;
  /** For the broker, at the start. */
  server: OwnIdentity;
  /** For the operator's own link to the broker, now. */
  readonly link: OwnIdentity;
  /** One of its own, of now or before. */
  isLink(serial: string): boolean;
  identifyBox(shown: ShownCertificate): Promise<Result<DeviceId>>;
  /** From now on these are believed, and the first issues; boxes with a certificate of another are cut off. */
  changeAuthorities(next: Authorities): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  addresses(): { enrolment: string };
}

export async function openIdentity(config: OperatorConfigSection, parts: IdentityParts): Promise<Identity> {
  const { claimValidMs, certificateValidMs, serverNames, ...listen } = config.identity;
  const { store, brokerUrl, setServerIdentity } = parts;
  let { authorities } = parts;
  let url: string | undefined;
  const context = createIdentityContext({
    ...parts,
    authorities: () => authorities,
    enrolmentUrl: () => url,
    configurationFor: (merchant) => (brokerUrl() === '' ? undefined : describePlace(parts, merchant)),
    limits: { claimValidMs, certificateValidMs },
  });
  const readCa = (): string => authorities.map(({ certificatePem }) => certificatePem).join('\n');
  const brokerHosts = config.broker.kind === 'embedded' ? [config.broker.host] : [];
  const certificate = await createServerCertificate(context, {
    hosts: [...new Set([listen.host, ...brokerHosts, ...serverNames])],
    apply(own) {
      listener.setIdentity(own, readCa());
      setServerIdentity(own, readCa());
    },
  });
  const listener = parts.createTlsListener(certificate.first, readCa());
  const merchantOf = async (deviceId: DeviceId) => (await store.findDevice(deviceId))?.merchantId;
  const app = createEnrolmentApp(context, { serverFactory: listener.serverFactory, merchantOf });
  let link = await context.authority.makeLinkIdentity();
  const linkSerials = new Set([link.serial]);
  return {
    context,
    app,
    get ca() {
      return readCa();
    },
    server: certificate.first,
    get link() {
      return link;
    },
    isLink: (serial) => linkSerials.has(serial),
    identifyBox: (shown) => identifyBox(context, shown),
    async changeAuthorities(next) {
      authorities = next;
      link = await context.authority.makeLinkIdentity();
      linkSerials.add(link.serial);
      await certificate.renew();
    },
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

/** What a box learns of its place when it enrols, and with every renewal. */
function describePlace({ keySet, brokerUrl }: IdentityParts, { merchantId, name, businessNumber }: Merchant) {
  const { messageKeys, couponKeys, issuedAtMs } = keySet();
  return {
    merchant: { merchantId, name, businessNumber },
    operator: { messageKeys, couponKeys, issuedAtMs },
    brokerUrl: brokerUrl(),
  };
}
