import type { Light, LightState } from '../../ports/light.ts';

/** A box without a lamp: the counter page says it all. */
export function createNoLight(detail = 'no lamp configured'): Light {
  const state: LightState = { kind: 'ready', driver: 'none', detail, passedOver: [] };
  return {
    start: () => Promise.resolve(),
    show: () => undefined,
    stop: () => Promise.resolve(),
    state: () => state,
  };
}
