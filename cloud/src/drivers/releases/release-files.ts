import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { ReleaseFiles } from '../../ports/release-files.ts';

/** Artifacts in one folder, each under the name its packager gave it. */
export function createReleaseFiles(folder: string): ReleaseFiles {
  const nameOf: ReleaseFiles['nameOf'] = (version, arch) => `scanpay-box_${version}_${arch}.tar.gz`;
  mkdirSync(folder, { recursive: true });
  let serial = 0;
  return {
    folder,
    nameOf,
    async write({ version, arch, bytes, sha256 }, content) {
      serial += 1;
      const fresh = join(folder, `.new-${process.pid}-${serial}`);
      const hash = createHash('sha256');
      let written = 0;
      const file = await open(fresh, 'wx');
      try {
        for await (const chunk of content) {
          written += chunk.length;
          if (written > bytes) return refuse('release_corrupt', `more than ${bytes} bytes`);
          hash.update(chunk);
          await file.writeFile(chunk);
        }
        if (written < bytes || hash.digest('base64url') !== sha256) {
          return refuse('release_corrupt', 'length and hash are signed, and differ');
        }
        await file.sync();
        await rename(fresh, join(folder, nameOf(version, arch)));
        return accept(undefined);
      } finally {
        await file.close();
        await rm(fresh, { force: true });
      }
    },
    has: (version, arch) => existsSync(join(folder, nameOf(version, arch))),
    remove: (version, arch) => rmSync(join(folder, nameOf(version, arch)), { force: true }),
  };
}
