import type { PictureReader, PictureReading } from '../../ports/picture-reader.ts';

export interface LatestPictureOptions {
  pictures: Pick<PictureReader, 'read'>;
  /** `atMs` as it was shown. */
  onReading(reading: PictureReading, atMs: number): void;
}

/** Pictures on their way to the reader: one in work, and of those that come meanwhile only the latest. */
export interface LatestPicture {
  show(jpeg: Buffer, atMs: number): void;
  /** Forgets what was shown: no reading of it is told. Resolves when the reader is free. */
  clear(): Promise<void>;
}

export function createLatestPicture({ pictures, onReading }: LatestPictureOptions): LatestPicture {
  let latest: { jpeg: Buffer; atMs: number } | undefined;
  let looking: Promise<void> | undefined;
  /** Counts the clearings: a reading from before one is nobody's. */
  let round = 0;

  const lookWhileShown = async (): Promise<void> => {
    while (latest !== undefined) {
      const { jpeg, atMs } = latest;
      latest = undefined;
      const ownRound = round;
      const reading = await pictures.read(jpeg);
      if (ownRound === round) onReading(reading, atMs);
    }
    looking = undefined;
  };

  return {
    show(jpeg, atMs) {
      latest = { jpeg, atMs };
      looking ??= lookWhileShown();
    },
    async clear() {
      round += 1;
      latest = undefined;
      await looking;
    },
  };
}
