import type { Result } from '@scanpay/shared/errors.ts';
import type { ReleaseArch } from '@scanpay/shared/release/manifest.ts';

/** Artifacts on the operator's disk. */
export interface ReleaseFiles {
  /** The folder they are in, and the name of each: for whoever serves them. */
  folder: string;
  nameOf(version: string, arch: ReleaseArch): string;
  /**
   * Takes an artifact in, and keeps it only if it is what was signed. Codes: release_corrupt; the file system's errors
   * are thrown.
   */
  write(
    release: { version: string; arch: ReleaseArch; bytes: number; sha256: string },
    content: AsyncIterable<Uint8Array>,
  ): Promise<Result<void>>;
  has(version: string, arch: ReleaseArch): boolean;
  remove(version: string, arch: ReleaseArch): void;
}
