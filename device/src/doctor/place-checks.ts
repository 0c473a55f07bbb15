import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importSigner, importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import { createMailroom } from '../box/mailroom.ts';
import type { DeviceConfig } from '../config.ts';
import { allWell, type Finding, fault, skip } from '../core/doctor/report.ts';
import { advice } from '../core/doctor/words.ts';
import type { Uplink, UplinkEvents } from '../ports/uplink.ts';
import { probeBroker, probeDisk, probeTemperature, probeThrottling, probeVersions } from './probe-machine.ts';
import { probeNetwork } from './probe-network.ts';
import { probeClock, probeLogin, type UplinkProbe } from './probe-uplink.ts';
import type { Check } from './run-checks.ts';

const scheduler = systemScheduler;
const thermalDir = '/sys/class/thermal';
const procNet = '/proc/net';
const throttling = { file: '/sys/devices/platform/soc/soc:firmware/get_throttled', command: 'vcgencmd' };
const packageFile = new URL('../../package.json', import.meta.url);

/** How long each probe waits for its first sign of life. */
const waitMs = { broker: 5_000, uplink: 12_000 };

export interface PlaceDeps {
  createUplink(config: DeviceConfig, events: UplinkEvents): Uplink;
  /** The schema's version, `missing` before the first start. @throws Error that says what is wrong with it. */
  checkJournal(path: string): number | 'missing';
}

/** Everything but the instruments: the way to the operator, and the machine itself. */
export function listPlaceChecks(config: DeviceConfig, deps: PlaceDeps): Check[] {
  const uplink = uplinkProbe(config, deps);
  return [
    { check: 'network', probe: async () => lookAtNetwork(config) },
    { check: 'broker', probe: () => lookForBroker(config) },
    { check: 'login', probe: () => probeLogin(uplink) },
    { check: 'clock', probe: () => probeClock(uplink) },
    { check: 'disk', probe: () => probeDisk(config.dataDir) },
    { check: 'journal', probe: async () => lookAtJournal(config, deps) },
    { check: 'temperature', probe: () => probeTemperature(thermalDir) },
    { check: 'throttling', probe: () => probeThrottling(throttling) },
    { check: 'versions', probe: () => probeVersions(packageFile) },
  ];
}

function lookAtNetwork(config: DeviceConfig): Promise<Finding> | Finding {
  const broker = parseBrokerUrl(config.broker.url);
  return broker.ok ? probeNetwork(broker.value.host, procNet) : skip(`no broker to look for: ${broker.detail}`);
}

async function lookForBroker(config: DeviceConfig): Promise<Finding> {
  const broker = parseBrokerUrl(config.broker.url);
  return broker.ok ? probeBroker(broker.value, waitMs.broker) : fault(broker.detail, advice.brokerUrl);
}

function uplinkProbe(config: DeviceConfig, { createUplink }: PlaceDeps): UplinkProbe {
  const { deviceId } = config;
  const operatorKeys = importVerifyKeys(config.operator.messageKeys);
  const ids = createIdMaker(scheduler, randomBytes);
  return {
    scheduler,
    deviceId,
    operatorKeys: (kid) => operatorKeys.get(kid),
    mailroom: createMailroom({ deviceId, ids, clock: scheduler, signer: importSigner(config.signingKey) }),
    createUplink: (events) => createUplink(config, events),
    waitMs: waitMs.uplink,
  };
}

function lookAtJournal({ dataDir }: DeviceConfig, { checkJournal }: PlaceDeps): Finding {
  const path = join(dataDir, 'box.sqlite');
  try {
    const version = checkJournal(path);
    if (version === 'missing') return allWell(`${path} is not there yet: the first start makes it`);
    return allWell(`${path} opens and is writable, schema ${version}`);
  } catch (error) {
    return fault(`${path}: ${(error as Error).message}`, advice.journal);
  }
}
