import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReleaseArch, ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import { list } from 'tar';

/** As the package names it: `scanpay-box_1.4.0_arm64.tar.gz`. */
const namePattern = /^scanpay-box_(\d+\.\d+\.\d+)_(arm64|amd64)\.tar\.gz$/;

export interface DescribedArtifact extends Pick<ReleaseManifest, 'version' | 'arch' | 'artifact'> {
  entries: number;
}

/**
 * What a manifest says of an artifact: version and machine by its name, everything else by its content.
 * @throws Error when it is not named so, or is no tar.gz.
 */
export async function describeArtifact(tarball: string): Promise<DescribedArtifact> {
  const [, version, arch] = namePattern.exec(basename(tarball)) ?? [];
  if (version === undefined || arch === undefined) {
    throw new Error(`${basename(tarball)}: not named scanpay-box_<version>_<arch>.tar.gz`);
  }
  let unpackedBytes = 0;
  let entries = 0;
  await list({
    file: tarball,
    strict: true,
    onReadEntry(entry) {
      unpackedBytes += entry.size;
      entries += 1;
    },
  });
  const hash = createHash('sha256');
  await pipeline(createReadStream(tarball), hash);
  const artifact = { bytes: statSync(tarball).size, sha256: hash.digest('base64url'), unpackedBytes };
  return { version, arch: arch as ReleaseArch, artifact, entries };
}
