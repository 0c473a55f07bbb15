import { describe, expect, it } from 'vitest';
import { createLife } from './life.ts';

function makeLife({ isClaimed = false } = {}) {
  const seen: string[] = [];
  const claimed = { is: isClaimed };
  let ready = Promise.withResolvers<void>();
  const life = createLife({
    needsSetUp: () => !claimed.is,
    async startSetUp() {
      ready = Promise.withResolvers<void>();
      seen.push('set-up');
      return { ready: ready.promise, stop: async () => void seen.push('set-up stopped') };
    },
    async startBox() {
      seen.push('box');
      return { stop: async () => void seen.push('box stopped') };
    },
    onWaiting: () => void seen.push('waiting'),
    onReady: () => void seen.push('ready'),
    onFatal: (error) => void seen.push(String(error)),
  });
  return {
    life,
    seen,
    claimed,
    claim() {
      claimed.is = true;
      ready.resolve();
    },
  };
}

describe('the life of a box', () => {
  it('begins with its claim, and lets go of the instruments before it sells', async () => {
    const { life, seen, claim } = makeLife();
    const started = life.start();
    await Promise.resolve();
    claim();
    await started;
    expect(seen).toEqual(['set-up', 'waiting', 'set-up stopped', 'box', 'ready']);
    await life.stop();
    expect(seen.at(-1)).toBe('box stopped');
  });

  it('begins anew with another identity', async () => {
    const { life, seen } = makeLife({ isClaimed: true });
    await life.start();
    life.restart();
    await life.stop();
    expect(seen).toEqual(['box', 'ready', 'box stopped']);
    const again = makeLife({ isClaimed: true });
    await again.life.start();
    again.life.restart();
    await new Promise((resolve) => setImmediate(resolve));
    expect(again.seen).toEqual(['box', 'ready', 'box stopped', 'box', 'ready']);
    await again.life.stop();
  });

  it('ends while it waits', async () => {
    const { life, seen } = makeLife();
    const started = life.start();
    await Promise.resolve();
    await life.stop();
    await started;
    expect(seen).toEqual(['set-up', 'waiting', 'set-up stopped']);
  });
});
