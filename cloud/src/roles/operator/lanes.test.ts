import { describe, expect, it } from 'vitest';
import { createLanes } from './lanes.ts';

/** A task the test ends. */
function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { promise, open: resolve, fail: reject };
}
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('lanes', () => {
  it('run one task at a time per key, in order, and other keys beside it', async () => {
    const lanes = createLanes({ maxActive: 10, maxWaiting: 10 });
    const first = gate();
    const seen: string[] = [];
    const run = (key: string, name: string, wait?: Promise<void>) =>
      lanes.run(key, async () => {
        seen.push(name);
        await wait;
      });
    void run('a', 'a1', first.promise);
    void run('a', 'a2');
    void run('b', 'b1');
    await tick();
    expect(seen).toEqual(['a1', 'b1']);
    first.open();
    await lanes.idle();
    expect(seen).toEqual(['a1', 'b1', 'a2']);
  });

  it('hold at most so many at once, and take on no more than fit', async () => {
    const lanes = createLanes({ maxActive: 2, maxWaiting: 1 });
    const gates = [gate(), gate(), gate()];
    let active = 0;
    let most = 0;
    const turns = gates.map((each, at) =>
      lanes.run(String(at), async () => {
        active += 1;
        most = Math.max(most, active);
        await each.promise;
        active -= 1;
      }),
    );
    expect(turns.every((turn) => turn !== undefined)).toBe(true);
    expect(lanes.run('more', async () => {})).toBeUndefined();
    for (const each of gates) {
      each.open();
      await tick();
    }
    await lanes.idle();
    expect(most).toBe(2);
    expect(await lanes.run('more', async () => 'room again')).toBe('room again');
  });

  it('go on after a task that fails, and tell who asked for it', async () => {
    const lanes = createLanes({ maxActive: 1, maxWaiting: 5 });
    const failed = lanes.run('a', async () => {
      throw new Error('no');
    });
    const next = lanes.run('a', async () => 'yes');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
    await lanes.idle();
  });
});
