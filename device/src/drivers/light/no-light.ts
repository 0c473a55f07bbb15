import type { Light } from '../../ports/light.ts';

/** A box without a lamp: the counter page says it all. */
export function createNoLight(): Light {
  return {
    start: () => Promise.resolve(),
    show: () => undefined,
    stop: () => Promise.resolve(),
  };
}
