import { openManifest, type ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import type { RequestedRelease } from '../ports/update.ts';
import type { ReleaseJudge } from './judge-release.ts';
import type { UpdateRecord } from './update-record.ts';
import type { UpdaterDeps } from './updater-deps.ts';

/** From the operator's word to a release that lies unpacked beside the one that runs. Each resolves with a pause in ms. */
export function createTaker(deps: UpdaterDeps, record: UpdateRecord, judge: ReleaseJudge) {
  const { disk, source, releaseKeys, limits } = deps;
  /** In a row. */
  let brokenOff = 0;
  let spoiled = 0;

  const begin = async (wanted: RequestedRelease): Promise<number> => {
    const health = await judge.askTheTime();
    if (health === undefined) return limits.restMs;
    brokenOff = 0;
    spoiled = 0;
    const opened = await openManifest(wanted.manifestJws, (kid) => releaseKeys.get(kid));
    const version = opened.ok ? opened.value.version : null;
    const fresh = { code: null, detail: '', previousVersion: null, scannerWasReady: false, starts: 0 };
    record.write({ ...disk.readState(), update: { ...wanted, ...fresh, version, phase: 'downloading' } });
    const judged = opened.ok ? judge.judge(opened.value, health) : opened;
    if (!judged.ok) record.fail(judged.code, judged.detail);
    return 0;
  };

  const download = async (manifest: ReleaseManifest): Promise<number> => {
    const { sha256, bytes, unpackedBytes } = manifest.artifact;
    const { update } = disk.readState();
    if (update === null) return 0;
    const from = disk.partBytes(sha256);
    const needed = bytes - from + unpackedBytes + limits.spareBytes;
    const free = disk.freeBytes();
    if (free < needed) {
      record.fail('disk_full', `${needed} bytes are needed, ${free} are free`);
      return 0;
    }
    const { url, caCertificates } = update;
    const done = await source.download({ url, caCertificates, from, bytes }, (chunk) => disk.appendPart(sha256, chunk));
    if (done.ok) return check(sha256);
    brokenOff = disk.partBytes(sha256) > from ? 1 : brokenOff + 1;
    if (brokenOff >= limits.downloadTries) record.fail('release_download_failed', done.detail);
    return Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** Math.min(brokenOff - 1, 20));
  };
  const check = async (sha256: string): Promise<number> => {
    if ((await disk.hashPart(sha256)) === sha256) {
      record.change({ phase: 'verified' });
      return 0;
    }
    // A part that went bad on the disk or on the way is fetched once more, from its beginning.
    disk.dropParts();
    spoiled += 1;
    if (spoiled > 1) record.fail('release_corrupt', 'length and hash are signed, and differ');
    return 0;
  };

  const install = async (manifest: ReleaseManifest): Promise<number> => {
    const { sha256 } = manifest.artifact;
    if (!disk.hasRelease(manifest.version)) {
      // The part may have been lost with the power, or by somebody's hand.
      if ((await disk.hashPart(sha256)) !== sha256) {
        disk.dropParts();
        record.change({ phase: 'downloading' });
        return 0;
      }
      const unpacked = await disk.unpack(manifest);
      if (!unpacked.ok) {
        record.fail(unpacked.code, unpacked.detail);
        return 0;
      }
    }
    disk.dropParts();
    record.change({ phase: 'installed' });
    return 0;
  };
  return { begin, download, install };
}
