import { checkConfig } from '@scanpay/shared/config.ts';
import { errorTable, ScanPayError } from '@scanpay/shared/errors.ts';
import { readJsonFile } from '@scanpay/shared/system/read-config-file.ts';
import { type DeviceConfig, DeviceConfigSchema, type LocalConfig, LocalConfigSchema } from '../config.ts';
import type { StoredIdentity } from '../ports/identity-store.ts';

/**
 * The configuration of a box: all of it from the file where that names the box (`deviceId`), else with its place as the
 * operator gave it at enrolment.
 *
 * @throws ScanPayError `configuration`, and `identity_missing` before the box is enrolled.
 */
export function readBoxConfig(
  path: string,
  readIdentity: (dataDir: string) => StoredIdentity | undefined,
): DeviceConfig {
  const read = readOwnFile(path);
  if (read.isWhole) return read.config;
  const identity = readIdentity(read.config.dataDir);
  if (identity === undefined) throw new ScanPayError('identity_missing', errorTable.identity_missing.en);
  return placeBox(read.config, identity);
}

/** The file alone. `isWhole`: it names the box itself, which is then not enrolled by claim. @throws as above. */
export function readOwnFile(
  path: string,
): { isWhole: true; config: DeviceConfig } | { isWhole: false; config: LocalConfig } {
  const data = readJsonFile(path);
  if (typeof data === 'object' && data !== null && 'deviceId' in data)
    return { isWhole: true, config: checkConfig(DeviceConfigSchema, data, path) };
  return { isWhole: false, config: checkConfig(LocalConfigSchema, data, path) };
}

/** The configuration of a box that has its place by an identity. */
export function placeBox(local: LocalConfig, { deviceId, signingKey, configuration }: StoredIdentity): DeviceConfig {
  const { merchant, operator, brokerUrl } = configuration;
  return { ...local, deviceId, signingKey, merchant, operator, broker: { url: brokerUrl } };
}
