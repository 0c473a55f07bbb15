import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../box/deps.ts';
import type { FleetDeps } from '../box/fleet/fleet-deps.ts';
import type { DeviceConfig } from '../config.ts';
import { createIdentityFolder } from '../drivers/identity/identity-folder.ts';
import { journalVersion } from '../drivers/journal/journal-schema.ts';
import { createLinuxMachine } from '../drivers/machine/linux-machine.ts';
import { readVersions } from '../drivers/machine/read-versions.ts';
import { createSettingsFile } from '../drivers/settings/settings-file.ts';
import type { Machine } from '../ports/machine.ts';

const packageFile = new URL('../../package.json', import.meta.url);

/** As pino's. */
interface LeveledLog extends Log {
  level?: string;
}

/** The computer beneath; the disk is that of the box's data. */
export const createMachine = ({ dataDir }: Pick<DeviceConfig, 'dataDir'>): Machine =>
  createLinuxMachine({ thermalDir: '/sys/class/thermal', blockDir: '/sys/dev/block', procDir: '/proc', dataDir });

/** What the operator may set, where it is kept, and what telemetry tells of this machine. */
export function createFleetDeps(config: DeviceConfig, log: LeveledLog, machine: Machine): FleetDeps {
  const { dataDir, telemetryIntervalMs, logLevel, receipt, health } = config;
  const { offline, ...limits } = config.limits;
  const identity = createIdentityFolder(join(dataDir, 'identity'));
  const setLogLevel: FleetDeps['setLogLevel'] = (level) => {
    log.level = level;
  };
  setLogLevel(logLevel);
  return {
    base: { telemetryIntervalMs, logLevel, receipt, health, limits, offline },
    store: createSettingsFile(join(dataDir, 'settings', 'desired.json')),
    machine,
    versions: { ...readVersions(packageFile, '/etc/os-release'), journal: journalVersion },
    certificateExpiresAtMs: () => identity.read()?.expiresAtMs ?? null,
    memoryBytes: () => process.memoryUsage.rss(),
    setLogLevel,
    randomBytes,
  };
}
