import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { EnrolmentReply } from '@scanpay/shared/api/enrolment.ts';
import { exportOperatorSigningKey, exportRegistrationBoxKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { registrationKey, signing } from '@scanpay/shared/auth-barcode/testing/fixtures.ts';
import { checkConfig } from '@scanpay/shared/config.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { connectRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { exportSigner } from '@scanpay/shared/wire/message-key.ts';
import { CloudConfigSchema } from '../../../config.ts';
import { createMerchants } from '../../../core/verify/merchants.ts';
import { createCertificateAuthenticate } from '../../../drivers/broker/certificate-authenticate.ts';
import { createEmbeddedBroker } from '../../../drivers/broker/embedded-broker.ts';
import { openFileCertificateAuthority } from '../../../drivers/certificates/file-certificate-authority.ts';
import { createTlsListener } from '../../../drivers/certificates/tls-listener.ts';
import { ledgerMigrations } from '../../../drivers/sql/ledger/migrations.ts';
import { operatorMigrations } from '../../../drivers/sql/operator/migrations.ts';
import { createOperatorStore } from '../../../drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '../../../drivers/sql/operator/tables.ts';
import { createTemporaryDatabase } from '../../../drivers/sql/testing/temporary-database.ts';
import type { Broker, BrokerNotice } from '../../../ports/broker.ts';
import { openIdentity } from '../enrol/open-identity.ts';
import { registerClaim } from '../enrol/register-claim.ts';
import { readKeys } from '../keys/read-keys.ts';
import { callEnrolment, makeEnrollingBox, type Shown, showText } from './enrolling-box.ts';
import { createTestBox } from './test-box.ts';

export const shop = 'm-sokcho' as MerchantId;
export const otherShop = 'm-seorak' as MerchantId;
const merchants = [shop, otherShop].map((merchantId, index) => ({
  merchantId,
  name: '속초 밥상',
  businessNumber: `123-45-6789${index}`,
  contracts: [],
}));
const host = '127.0.0.1';

export type IdentityWorld = Awaited<ReturnType<typeof createIdentityWorld>>;

/** One operator: its store, CA, enrolment service and broker, all real, by a clock that the test moves. */
export async function createIdentityWorld(identity: object = {}) {
  const database = createTemporaryDatabase<OperatorTables>({ ...ledgerMigrations, ...operatorMigrations });
  const store = createOperatorStore(await database.open());
  // TLS goes by the machine's clock, so the test's begins there.
  const scheduler = createVirtualScheduler(Date.now());
  const authority = await openFileCertificateAuthority({
    path: join(database.folder, 'authority.pem'),
    clock: scheduler,
    randomBytes,
  });
  const notices: BrokerNotice[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const { signer } = createTestBox('box-operator' as DeviceId, shop, scheduler);
  const config = checkConfig(
    CloudConfigSchema.properties.operator,
    {
      broker: { kind: 'embedded', port: 0 },
      identity: { port: 0, ...identity },
      messageKey: exportSigner({ ...signer, kid: 'operator-1' }),
      couponKey: exportOperatorSigningKey(signing),
      registrationKeys: [exportRegistrationBoxKey(registrationKey)],
      merchants,
      pgKeys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'pg-1' }],
      links: {
        signingKey: exportSigner({ ...signer, kid: 'operator-link-1' }),
        peers: { pg: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'pg-link-1' }] },
      },
    },
    'test',
  );
  let brokerUrl = '';
  let broker: Broker | undefined;
  const service = await openIdentity(config, {
    authorities: [authority],
    keySet: () => ({ ...readKeys(config).announced, caCertificates: [authority.certificatePem], issuedAtMs: 1 }),
    store,
    merchants: createMerchants(merchants),
    signer: { ...signer, kid: 'operator-1' },
    createTlsListener,
    brokerUrl: () => brokerUrl,
    dropConnections: (serial) => broker?.dropCertificate(serial),
    setServerIdentity: (own, ca) => broker?.setServerIdentity(own, ca),
    scheduler,
    randomBytes,
    log,
  });
  const { cert, key } = service.server;
  broker = createEmbeddedBroker({
    host,
    port: 0,
    tls: { cert, key, ca: service.ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    authenticate: createCertificateAuthenticate({
      isLink: service.isLink,
      identifyBox: service.identifyBox,
    }),
    scheduler,
    onNotice: (notice) => void notices.push(notice),
  });
  const { port } = await broker.start();
  brokerUrl = `mqtts://${host}:${port}`;
  const address: BrokerAddress = { host, port, secure: true };
  await service.start();
  const url = service.addresses().enrolment;

  return {
    store,
    service,
    authority,
    makeAuthority: (name: string) =>
      openFileCertificateAuthority({ path: join(database.folder, `${name}.pem`), clock: scheduler, randomBytes }),
    scheduler,
    notices,
    broker,
    address,
    url,
    context: service.context,
    async claim(deviceId = 'box-a', merchantId: MerchantId = shop) {
      const registered = await registerClaim(service.context, { deviceId: deviceId as DeviceId, merchantId });
      if (!registered.ok) throw new Error(registered.detail);
      return registered.value;
    },
    call: (path: string, body?: object, shown?: Shown) =>
      callEnrolment(url, path, { ca: service.ca, ...(body && { body }), ...(shown && { shown }) }),
    /** An honest box, by QR code. */
    async enrol(deviceId = 'box-a') {
      const box = await makeEnrollingBox(`key-${randomBytes(4).toString('hex')}`);
      const { text } = await this.claim(deviceId);
      const { body, status } = await this.call('/v1/enrolments', await box.bodyFor(showText(text)));
      if (status !== 200) throw new Error(JSON.stringify(body));
      const reply = body as EnrolmentReply;
      return { ...box, deviceId: deviceId as DeviceId, cert: reply.certificate, reply };
    },
    connect: (clientId: string, shown?: Shown, ca: string = service.ca) =>
      connectRaw(address, { clientId, ca, ...shown }),
    async stop() {
      await service.stop();
      await broker.stop();
      await database.remove();
    },
  };
}
