import type { Decoder } from '../../ports/decoder.ts';
import type { PictureReader } from '../../ports/picture-reader.ts';
import { inspectPicture, readPicture } from './look-at-picture.ts';

/** Reads pictures in the calling thread, which is held up meanwhile: for tests and measurements. */
export function createLocalPictureReader({ decoder }: { decoder: Decoder }): PictureReader {
  let running = false;
  let work: Promise<unknown> | undefined;

  const take = async <T>(look: () => Promise<T>) => {
    if (!running) return { kind: 'lost', detail: 'not started' } as const;
    if (work !== undefined) return { kind: 'failed', detail: 'not ready for a picture' } as const;
    const looking = look();
    work = looking;
    const answer = await looking;
    work = undefined;
    return running ? answer : ({ kind: 'lost', detail: 'stopped' } as const);
  };

  return {
    async start() {
      running = true;
    },
    read: (jpeg) => take(() => readPicture(jpeg, decoder)),
    inspect: (jpeg) => take(() => inspectPicture(jpeg, decoder)),
    async stop() {
      running = false;
      await work;
    },
  };
}
