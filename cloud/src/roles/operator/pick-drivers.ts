import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CompanySetting } from '../../company.ts';
import type { OperatorConfigSection } from '../../config.ts';
import { createCertificateAuthenticate } from '../../drivers/broker/certificate-authenticate.ts';
import { createEmbeddedBroker } from '../../drivers/broker/embedded-broker.ts';
import { createTokenAuthenticate } from '../../drivers/broker/token-authenticate.ts';
import { openFileCertificateAuthority } from '../../drivers/certificates/file-certificate-authority.ts';
import { createTlsListener } from '../../drivers/certificates/tls-listener.ts';
import { openPeerLink } from '../../drivers/links/open-peer-link.ts';
import { createMqttDeviceLink } from '../../drivers/mqtt/mqtt-device-link.ts';
import type { HttpCall } from '../../drivers/peers/http-call.ts';
import { createReleaseFiles } from '../../drivers/releases/release-files.ts';
import { migrateToLatest, type SqliteConnection } from '../../drivers/sql/database.ts';
import { ledgerMigrations } from '../../drivers/sql/ledger/migrations.ts';
import { linkMigrations } from '../../drivers/sql/links/migrations.ts';
import { asLinks, createNonceStore } from '../../drivers/sql/links/nonce-store.ts';
import { openBook } from '../../drivers/sql/open-book.ts';
import { operatorMigrations } from '../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../drivers/sql/operator/operator-store.ts';
import { createReleaseStore } from '../../drivers/sql/operator/release-store.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import type { OperatorDb } from '../../drivers/sql/operator/transaction.ts';
import type { DeviceLinkEvents } from '../../ports/device-link.ts';
import { type BoxLink, createBoxLink } from './box-link.ts';
import { type Identity, type IdentityParts, openIdentity } from './enrol/open-identity.ts';

/*
 * The part of main.ts that picks the drivers below the operator: its database, its CAs, and the way to the boxes.
 */

export type Setting = CompanySetting<SqliteConnection, HttpCall>;

/** The operator's database, and its nonces of calls between companies. */
export async function openBooks(config: OperatorConfigSection, setting: Setting) {
  const { scheduler: clock, randomBytes, log } = setting;
  const db = openBook<OperatorTables>(
    config.database,
    () => setting.openDatabase(join(setting.folder, 'operator.sqlite')),
    (problem) => log.warn(problem, 'connection to the database'),
  );
  await migrateToLatest(db, { ...ledgerMigrations, ...linkMigrations, ...operatorMigrations });
  const nonces = createNonceStore(asLinks(db));
  const links = openPeerLink('operator', config.links, { nonces, clock, randomBytes });
  return { db, store: createOperatorStore(db), links };
}

export const openReleaseStores = (db: OperatorDb, { folder }: Pick<Setting, 'folder'>) => ({
  store: createReleaseStore(db),
  files: createReleaseFiles(join(folder, 'releases')),
});

/** The drivers of the way to the boxes. */
export function openBoxLink(
  config: OperatorConfigSection,
  { scheduler, randomBytes, log }: Setting,
  identity: Identity | null,
  events: Pick<DeviceLinkEvents, 'onMessage' | 'onState'>,
): BoxLink {
  const { broker: section } = config;
  const cloudToken = Buffer.from(randomBytes(24)).toString('base64url');
  const embedded =
    section.kind === 'external'
      ? null
      : createEmbeddedBroker({
          host: section.host,
          port: section.port,
          ...(identity === null ? toBrokerTokens(section.tokens, cloudToken) : toBrokerIdentity(identity)),
          limits: { burstPackets: section.burstPackets, packetsPerSecond: section.packetsPerSecond },
          scheduler,
          onNotice: (notice) => log.warn(notice, 'broker'),
        });
  const external = section.kind === 'external' ? section : null;
  return createBoxLink(config, {
    embedded,
    scheme: identity === null ? 'mqtt' : 'mqtts',
    connect: (broker) =>
      createMqttDeviceLink({
        broker,
        ...(identity === null
          ? { username: external?.username ?? 'cloud', password: external?.password ?? cloudToken }
          : { tls: () => ({ ca: identity.ca, cert: identity.link.cert, key: identity.link.key }) }),
        ...(external?.sharedGroup === undefined ? {} : { sharedGroup: external.sharedGroup }),
        scheduler,
        randomBytes,
        events: {
          ...events,
          onProblem: (problem) => log.warn(problem, 'link to the boxes'),
        },
      }),
  });
}

const toBrokerTokens = (tokens: Record<string, string>, cloudToken: string) => ({
  authenticate: createTokenAuthenticate({ cloudToken, findToken: async (deviceId) => tokens[deviceId] }),
});

/** Claims, certificates and the service where boxes enrol; null: boxes are known by token. */
export async function openOwnIdentity(
  config: OperatorConfigSection,
  setting: Setting,
  deps: Pick<IdentityParts, 'store' | 'merchants' | 'signer' | 'keySet'>,
  boxes: () => BoxLink,
): Promise<Identity | null> {
  if (config.broker.kind !== 'embedded' || config.broker.boxes !== 'certificate') return null;
  const { scheduler, randomBytes, log } = setting;
  return openIdentity(config, {
    ...{ ...deps, createTlsListener, scheduler, randomBytes, log },
    authorities: await openAuthorities(config, setting),
    brokerUrl: () => boxes().boxUrl(),
    dropConnections: (serial) => boxes().dropCertificate(serial),
    setServerIdentity: (own, ca) => boxes().setServerIdentity(own, ca),
  });
}

export async function openAuthorities(config: OperatorConfigSection, { folder, scheduler, randomBytes }: Setting) {
  const open = (name: string) =>
    openFileCertificateAuthority({ path: join(folder, 'identity', `${name}.pem`), clock: scheduler, randomBytes });
  const [first, ...others] = await Promise.all(config.identity.authorities.map(open));
  if (first === undefined) throw new ScanPayError('configuration', 'operator.identity.authorities is empty');
  return [first, ...others] as const;
}

/** What the broker needs to know boxes by certificate. */
function toBrokerIdentity({ ca, server, isLink, identifyBox }: Identity) {
  return {
    tls: {
      cert: server.cert,
      key: server.key,
      ca,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3' as const,
    },
    authenticate: createCertificateAuthenticate({ isLink, identifyBox }),
  };
}
