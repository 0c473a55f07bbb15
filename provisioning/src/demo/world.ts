import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompanyDatabase } from '@scanpay/cloud/config.ts';
import { createIdentityFolder } from '@scanpay/device/drivers/identity/identity-folder.ts';
import type { IdentityStore } from '@scanpay/device/ports/identity-store.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import type { VerifyJwk } from '@scanpay/shared/wire/message-key.ts';
import { callJson } from './call-json.ts';
import { createClerk } from './clerk.ts';
import { createTravellers } from './customers.ts';
import { claimPlace } from './enrol.ts';
import { startHardware } from './hardware.ts';
import {
  type BrokerSection,
  type DemoPorts,
  demoDeviceId,
  demoMerchant,
  type Identities,
  makeBoxConfig,
  makeCloudConfig,
  makeIdentities,
  publicKeysOf,
  toLocalConfig,
  repeatWindowMs as usualRepeatWindowMs,
  writeConfig,
} from './identities.ts';
import { type ServiceProcess, startService } from './processes.ts';
import type { CompanyName, CompanyUrls } from './settlement-day.ts';

const ownEntries = {
  cloud: fileURLToPath(new URL('../../../cloud/src/main.ts', import.meta.url)),
  box: fileURLToPath(new URL('../../../device/src/main.ts', import.meta.url)),
};

export interface WorldOptions {
  dataDir: string;
  ports: DemoPorts;
  /** Programs to run instead of the ordinary ones: the same parts, with a finger on the power switch. */
  entries?: Partial<typeof ownEntries>;
  /** Starts the cloud another way than as one process with all three companies, from the configuration file for that. */
  launchCloud?(configPath: string): Promise<ServiceProcess>;
  /** Starts the box another way than as one process of this checkout. */
  launchBox?(configPath: string): Promise<ServiceProcess>;
  /** Further keys of the box's configuration. */
  boxConfig?: object;
  /** Whoever makes releases of the boxes' software, as the operator knows them. */
  releaseKeys?: readonly VerifyJwk[];
  /** Where each company keeps its books; by default in a SQLite file below `dataDir`. */
  databases?: Record<CompanyName, CompanyDatabase>;
  /** The box's `limits`, where they differ from the defaults, or from a patient deadline; read at each start. */
  boxLimits?: Record<string, number>;
  /** The box's `alarms`, where they differ from the defaults; read at each start of the box. */
  boxAlarms?: Record<string, number>;
  /** The box's `repeatWindowMs`; 0 takes every scan, however soon it follows the same one. */
  repeatWindowMs?: number;
  /** False: the box reads by serial line only, which spares the machine the pictures. */
  hasCamera?: boolean;
  /** How boxes are known: by certificate and claim, or by token at a broker without TLS, as one outside always is. */
  boxesBy?: 'certificate' | 'token';
  /** Tokens of further boxes at such a broker, by device id; whoever asks for them enrols and plays these boxes. */
  otherTokens?: Record<string, string>;
  /** Puts something between box and broker; resolves with the port the box connects to instead. */
  openRoute?(brokerPort: number): Promise<number>;
  /** Starts a broker outside of the cloud's process, in place of the one inside. It knows these boxes by their tokens. */
  startBroker?(tokens: ReadonlyMap<string, string>): Promise<OutsideBroker>;
}

/**
 * A machine that runs a whole world, and others beside it, keeps a broker from answering for a second at times: no box
 * is taken for offline by that. And a box that is to come back does it soon.
 */
const patientUplink = { pingDeadlineMs: 10_000, longestReconnectDelayMs: 2_000 };
/** Nor is a payment given up that is answered late. */
const patientLimits = { deadlineMs: 30_000 };

/** A broker that the world did not bring along. */
export interface OutsideBroker {
  /** How the cloud reaches it. */
  cloud: { url: string; username: string; password: string };
  /** Where boxes connect. */
  boxPort: number;
  stop(): Promise<void>;
}

/** The demo's companies, box and instruments, all running. */
export type World = Awaited<ReturnType<typeof startWorld>>;

/** Starts everything below `dataDir`: cloud and box as processes of their own, the instruments in this one. */
export async function startWorld(options: WorldOptions) {
  const { dataDir } = options;
  const entries = { ...ownEntries, ...options.entries };
  mkdirSync(dataDir, { recursive: true });
  const keys = makeIdentities();
  const configDir = join(dataDir, 'config');
  const boxDir = join(dataDir, 'box');
  const hardware = await startHardware(boxDir, options.repeatWindowMs ?? usualRepeatWindowMs);
  const ports = { ...options.ports };
  const tokens = { [demoDeviceId]: keys.boxToken, ...options.otherTokens };
  const broker = await options.startBroker?.(new Map(Object.entries(tokens)));
  const byCertificate = broker === undefined && options.boxesBy !== 'token';
  const identity = createIdentityFolder(join(boxDir, 'identity'));
  const embedded = byCertificate ? ({ boxes: 'certificate' } as const) : ({ boxes: 'token', tokens } as const);
  const brokerSection: BrokerSection =
    broker === undefined
      ? { kind: 'embedded', port: ports.broker, ...embedded }
      : { kind: 'external', ...broker.cloud };
  const secrets = makeCloudConfig(dataDir, ports, keys, brokerSection);
  const running: { cloud?: ServiceProcess; box?: ServiceProcess } = {};
  // A restart must come back where the others look for it: there, nobody else may have come in between.
  for (const name of [...cloudPorts, 'counter'] as const) ports[name] ||= await pickFreePort();

  const startCloud = async (): Promise<ServiceProcess> => {
    const path = writeConfig(configDir, 'cloud.json', withPorts(secrets, ports, options));
    const cloud = await (options.launchCloud?.(path) ?? startService(entries.cloud, ['--config', path]));
    for (const name of cloudPorts) if (cloud.ready[name] !== undefined) ports[name] = portOf(cloud, name);
    running.cloud = cloud;
    return cloud;
  };
  const startBox = async (): Promise<ServiceProcess> => {
    const brokerPort = broker?.boxPort ?? ports.broker;
    const boxPort = (await options.openRoute?.(brokerPort)) ?? brokerPort;
    const brokerUrl = `mqtt://127.0.0.1:${boxPort}`;
    if (byCertificate && boxPort !== brokerPort) leadThrough(identity, boxPort);
    const config = makeBoxConfig(boxDir, ports, keys, { ...hardware, brokerUrl });
    const scanners = config.scanners.filter(({ kind }) => options.hasCamera !== false || kind !== 'camera');
    const own = byCertificate ? toLocalConfig(config) : config;
    const path = writeConfig(configDir, 'box.json', { ...own, scanners, ...settingsOf(options) });
    const box = await (options.launchBox?.(path) ?? startService(entries.box, ['--config', path]));
    ports.counter = portOf(box, 'counter');
    running.box = box;
    return box;
  };
  const stop = async (): Promise<void> => {
    await running.box?.stop();
    await running.cloud?.stop();
    await broker?.stop();
    await hardware.stop();
  };
  try {
    await startCloud();
    const url = (name: keyof DemoPorts): string => `http://127.0.0.1:${ports[name]}`;
    const urls: CompanyUrls = { operator: url('operator'), pg: url('pg'), card: url('card') };
    const place = { deviceId: demoDeviceId, merchantId: demoMerchant.merchantId };
    if (byCertificate) await claimPlace(urls.operator, place, { store: identity, signingKey: keys.box });
    else await enrolBox(urls.operator, keys.box);
    leavePublicKeys(dataDir, keys, identity);
    await startBox();
    const clerk = createClerk(url('counter'));
    await clerk.waitUntilReady();
    const travellers = createTravellers({ pgUrl: urls.pg, mmsDir: join(dataDir, 'mms'), ids: makeIds() });
    const brokerPort = broker?.boxPort ?? ports.broker;
    const places = { urls, sandboxUrl: url('sandbox'), counterUrl: url('counter'), brokerPort };
    return { dataDir, keys, ...places, running, startCloud, startBox, clerk, travellers, hardware, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the box is set to, over its own configuration; the options are read at each start. */
const settingsOf = ({ repeatWindowMs = usualRepeatWindowMs, boxLimits, boxAlarms, boxConfig }: WorldOptions) => ({
  ...{ repeatWindowMs, uplink: patientUplink, limits: { ...patientLimits, ...boxLimits }, alarms: boxAlarms ?? {} },
  ...boxConfig,
});

const makeIds = () => createIdMaker(systemScheduler, randomBytes);

/** What an audit of the books trusts, and nothing else: the companies' keys, and the CA by which boxes are certified. */
function leavePublicKeys(dataDir: string, keys: Identities, identity: IdentityStore): void {
  const { operator, pg, card, box } = publicKeysOf(keys);
  // The box knows whom to believe in the operator's name: the CA that certifies boxes is among them.
  const authorities = identity.read()?.tls.caCertificates;
  const boxes = authorities === undefined ? { devices: { [demoDeviceId]: [box] } } : { authorities };
  const trusted = { operator: [operator], pg: [pg], card: [card], ...boxes };
  writeFileSync(join(dataDir, 'public-keys.json'), JSON.stringify(trusted));
}

/** Something stands between box and broker: the box connects there, and TLS goes through it. */
function leadThrough(store: IdentityStore, port: number): void {
  const identity = store.read();
  if (identity === undefined) return;
  const { configuration } = identity;
  store.write({ ...identity, configuration: { ...configuration, brokerUrl: `mqtts://127.0.0.1:${port}` } });
}

const cloudPorts = ['sandbox', 'pg', 'operator', 'card', 'broker', 'enrolment'] as const;

function withPorts(
  config: ReturnType<typeof makeCloudConfig>,
  ports: DemoPorts,
  { databases, releaseKeys = [] }: Pick<WorldOptions, 'databases' | 'releaseKeys'>,
): object {
  const { operator, pg, card } = config;
  const broker = operator.broker.kind === 'embedded' ? { ...operator.broker, port: ports.broker } : operator.broker;
  const databaseOf = (company: CompanyName): object =>
    databases === undefined ? {} : { database: databases[company] };
  return {
    ...config,
    operator: {
      ...operator,
      port: ports.operator,
      broker,
      identity: { port: ports.enrolment ?? 0 },
      releases: { keys: releaseKeys },
      ...databaseOf('operator'),
    },
    pg: { ...pg, port: ports.pg, ...databaseOf('pg') },
    card: { ...card, port: ports.card, ...databaseOf('card') },
    sandbox: { port: ports.sandbox },
  };
}

/** The operator learns the public key of a box that it knows by token. */
async function enrolBox(operatorUrl: string, key: { kid: string; x: string }): Promise<void> {
  const { kid, x } = key;
  const { merchantId } = demoMerchant;
  const publicKey = { kty: 'OKP', crv: 'Ed25519', x, kid };
  await callJson('POST', `${operatorUrl}/v1/devices`, { deviceId: demoDeviceId, merchantId, publicKey });
}

function portOf(service: ServiceProcess, name: string): number {
  const address = service.ready[name];
  if (address === undefined) throw new Error(`no address of ${name}`);
  return Number(new URL(address).port);
}
