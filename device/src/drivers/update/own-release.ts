import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import { ReleaseVersionSchema } from '@scanpay/shared/release/version.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import Type from 'typebox';

const parse = createParser(Type.Object({ version: ReleaseVersionSchema }));

/**
 * The version of the release that this very file is part of: `release.json` beside `device`, or the version of the
 * sources where they were not released.
 *
 * @throws ScanPayError `configuration`
 */
export function readOwnVersion(): string {
  const folder = join(import.meta.dirname, '../../../..');
  const version = readVersionIn(folder) ?? readVersion(join(folder, 'device/package.json'));
  if (version === undefined) throw new ScanPayError('configuration', `${folder}: no version`);
  return version;
}

/** What a release says it is; undefined: nothing that can be read. */
export const readVersionIn = (release: string): string | undefined => readVersion(join(release, 'release.json'));

function readVersion(path: string): string | undefined {
  const parsed = parse(readIfThere(path));
  return parsed.ok ? parsed.value.version : undefined;
}

function readIfThere(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @throws ScanPayError `configuration` on a machine for which there are no releases. */
export function ownArch(): ReleaseArch {
  if (process.arch === 'x64') return 'amd64';
  if (process.arch === 'arm64') return 'arm64';
  throw new ScanPayError('configuration', `no releases for ${process.arch}`);
}
