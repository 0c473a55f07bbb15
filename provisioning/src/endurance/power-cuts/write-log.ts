/** One write or flush of a disk, in the order in which the disk finished them. */
export type DiskEvent = { kind: 'flush' } | { kind: 'write'; offset: number; bytes: Uint8Array };

/** Of the kernel's Documentation/admin-guide/device-mapper/log-writes.rst, whose format QEMU's blklogwrites writes. */
const magic = 0x6a736677736872n;
const flagOf = { flush: 1n, discard: 4n } as const;
const entryHeaderBytes = 32;

/**
 * Reads the log of a disk that a QEMU kept until it was killed. A last entry that is not whole was never acknowledged to
 * the guest, and is left out.
 *
 * @throws Error when it is not such a log, or holds what these disks never get.
 */
export function readWriteLog(log: Buffer): DiskEvent[] {
  const sectorBytes = readSuperblock(log);
  const events: DiskEvent[] = [];
  let at = sectorBytes;
  while (at + sectorBytes <= log.length) {
    const sector = log.readBigUInt64LE(at);
    const sectors = log.readBigUInt64LE(at + 8);
    const flags = log.readBigUInt64LE(at + 16);
    if ((flags & flagOf.discard) !== 0n) throw new Error('the disk was told to discard');
    const isFlush = (flags & flagOf.flush) !== 0n;
    // The file is longer than what was written to it.
    if (sectors === 0n && !isFlush) break;
    const end = at + sectorBytes + Number(sectors) * sectorBytes;
    if (end > log.length) break;
    if (isFlush) events.push({ kind: 'flush' });
    if (sectors > 0n) {
      const bytes = log.subarray(at + sectorBytes, end);
      events.push({ kind: 'write', offset: Number(sector) * sectorBytes, bytes });
    }
    at = end;
  }
  return events;
}

function readSuperblock(log: Buffer): number {
  if (log.length < entryHeaderBytes || log.readBigUInt64LE(0) !== magic) throw new Error('not a log of writes');
  return log.readUInt32LE(24);
}

/**
 * What a disk with a volatile write cache does at a power cut with writes since the last flush. Such a disk keeps any of
 * them, in any order, and of the one under way any sectors.
 */
export type CacheLoss = 'none' | 'all' | 'after-some' | 'any';

/** A disk whose every sector of 512 bytes is written whole or not at all, as ATA and NVMe say of theirs. */
const atomBytes = 512;

export interface DiskAfterCut {
  /** Writes that made it to the medium, in order. */
  kept: { offset: number; bytes: Uint8Array }[];
  flushes: number;
  writesSinceFlush: number;
  /** Of these, how many were lost, whole or in part. */
  writesLost: number;
}

/** Plays a power cut on a disk. `random` gives numbers from 0 to below 1. */
export function loseCache(
  events: readonly DiskEvent[],
  loss: CacheLoss,
  random: () => number,
  { honoursFlush = true }: { honoursFlush?: boolean } = {},
): DiskAfterCut {
  const lastFlush = honoursFlush ? events.findLastIndex(({ kind }) => kind === 'flush') : -1;
  const kept: DiskAfterCut['kept'] = [];
  const open: DiskAfterCut['kept'] = [];
  events.forEach((event, index) => {
    if (event.kind === 'write') (index < lastFlush ? kept : open).push(event);
  });
  const flushes = events.filter(({ kind }) => kind === 'flush').length;
  const keptUntil = Math.floor(random() * (open.length + 1));
  let writesLost = 0;
  open.forEach((write, index) => {
    const left = keepSome(write, loss, index < keptUntil, random);
    if (left.length !== 1 || left[0] !== write) writesLost += 1;
    kept.push(...left);
  });
  return { kept, flushes, writesSinceFlush: open.length, writesLost };
}

type Write = DiskAfterCut['kept'][number];

function keepSome(write: Write, loss: CacheLoss, isBefore: boolean, random: () => number): Write[] {
  if (loss === 'none') return [write];
  if (loss === 'all') return [];
  if (loss === 'after-some') return isBefore ? [write] : [];
  const dice = random();
  if (dice < 0.45) return [write];
  return dice < 0.9 ? [] : tear(write, random);
}

/** Some of its sectors. */
function tear({ offset, bytes }: Write, random: () => number): Write[] {
  const left: Write[] = [];
  for (let at = 0; at < bytes.length; at += atomBytes) {
    if (random() < 0.5) left.push({ offset: offset + at, bytes: bytes.subarray(at, at + atomBytes) });
  }
  return left;
}
