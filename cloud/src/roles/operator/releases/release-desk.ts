import type { KeyObject } from 'node:crypto';
import type { ReleaseRow } from '@scanpay/shared/api/release.ts';
import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { openManifest, type ReleaseArch } from '@scanpay/shared/release/manifest.ts';
import type { ReleaseFiles } from '../../../ports/release-files.ts';
import type { ReleaseRecord, ReleaseStore } from '../../../ports/release-store.ts';

export interface ReleaseDeskDeps {
  store: ReleaseStore;
  files: ReleaseFiles;
  /** Keys that make releases. The operator's server holds none of the private ones: it can only hand releases on. */
  releaseKeys: ReadonlyMap<string, KeyObject>;
  limits: { maxReleases: number; maxBytes: number };
  clock: Clock;
}

/** Releases the operator keeps for its boxes. */
export function createReleaseDesk({ store, files, releaseKeys, limits, clock }: ReleaseDeskDeps) {
  const find = async (version: string, arch: ReleaseArch): Promise<ReleaseRecord | undefined> =>
    (await store.listReleases()).find((each) => each.version === version && each.arch === arch);
  const view = ({ manifestJws: _manifest, ...release }: ReleaseRecord): ReleaseRow => ({
    ...release,
    uploaded: files.has(release.version, release.arch),
  });
  return {
    find,
    /** Machines a release is there for, artifact and all. */
    async archsOf(version: string): Promise<ReleaseArch[]> {
      const rows = await store.listReleases();
      return rows.filter((row) => row.version === version && files.has(version, row.arch)).map(({ arch }) => arch);
    },
    async list(): Promise<ReleaseRow[]> {
      return (await store.listReleases()).map(view);
    },
    /** The same manifest again changes nothing. */
    async add(manifestJws: string): Promise<Result<ReleaseRow>> {
      const opened = await openManifest(manifestJws, (kid) => releaseKeys.get(kid));
      if (!opened.ok) return opened;
      const { version, arch, artifact, expiresAtMs } = opened.value;
      const addedAtMs = clock.nowMs();
      if (addedAtMs >= expiresAtMs) return refuse('release_expired');
      if (artifact.bytes > limits.maxBytes) return refuse('too_large', `${artifact.bytes} bytes`);
      const { sha256, bytes } = artifact;
      const release = { version, arch, manifestJws, sha256, bytes, expiresAtMs, addedAtMs };
      const known = await find(version, arch);
      if (known !== undefined) {
        return known.manifestJws === manifestJws ? accept(view(known)) : refuse('release_conflict');
      }
      if ((await store.listReleases()).length >= limits.maxReleases) return refuse('release_limit');
      return (await store.addRelease(release)) ? accept(view(release)) : refuse('release_conflict');
    },
    async upload(version: string, arch: ReleaseArch, content: AsyncIterable<Uint8Array>): Promise<Result<ReleaseRow>> {
      const release = await find(version, arch);
      if (release === undefined) return refuse('not_found', 'enter its manifest first');
      const written = await files.write(release, content);
      return written.ok ? accept(view(release)) : written;
    },
    async remove(version: string, arch: ReleaseArch): Promise<Result<void>> {
      if ((await find(version, arch)) === undefined) return refuse('not_found');
      const [last] = await store.listRollouts(1);
      const isOpen = last?.state === 'running' || last?.state === 'paused';
      if (isOpen && last.version === version) return refuse('release_in_use');
      await store.removeRelease(version, arch);
      files.remove(version, arch);
      return accept(undefined);
    },
  };
}

export type ReleaseDesk = ReturnType<typeof createReleaseDesk>;
