import { checkConfig } from '@scanpay/shared/config.ts';
import { errorTable, ScanPayError } from '@scanpay/shared/errors.ts';
import { readJsonFile } from '@scanpay/shared/system/read-config-file.ts';
import { type DeviceConfig, DeviceConfigSchema, LocalConfigSchema } from '../config.ts';
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
  const data = readJsonFile(path);
  if (typeof data === 'object' && data !== null && 'deviceId' in data)
    return checkConfig(DeviceConfigSchema, data, path);
  const local = checkConfig(LocalConfigSchema, data, path);
  const identity = readIdentity(local.dataDir);
  if (identity === undefined) throw new ScanPayError('identity_missing', errorTable.identity_missing.en);
  const { deviceId, signingKey, configuration } = identity;
  const { merchant, operator, brokerUrl } = configuration;
  return { ...local, deviceId, signingKey, merchant, operator, broker: { url: brokerUrl } };
}
