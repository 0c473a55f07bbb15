import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createVirtualScheduler } from '../testing/virtual-scheduler.ts';
import type { HealthCheck, ServiceManager, ServiceWords } from './service-manager.ts';
import { createSupervision } from './supervision.ts';

function watch(check: HealthCheck, watchdogMs: number | null = 60_000) {
  const scheduler = createVirtualScheduler();
  const told: ServiceWords[] = [];
  const troubles: (string | undefined)[] = [];
  const manager: ServiceManager = { watchdogMs: watchdogMs ?? undefined, tell: async (words) => void told.push(words) };
  const supervision = createSupervision({ manager, scheduler, check, onTrouble: (found) => troubles.push(found) });
  const advance = async (ms: number): Promise<void> => {
    scheduler.advance(ms);
    await turn();
  };
  const feeds = () => told.filter(({ state }) => state === 'alive').length;
  return { supervision, scheduler, told, troubles, advance, feeds };
}

describe('supervision', () => {
  it('says nothing before the program is ready', async () => {
    const { told, scheduler, advance } = watch(async () => undefined);
    await advance(120_000);
    expect(told).toEqual([]);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('says ready, then feeds the watchdog three times in its term', async () => {
    const { supervision, told, advance, feeds } = watch(async () => undefined);
    await supervision.ready();
    expect(told).toEqual([{ state: 'ready', status: 'working' }]);
    for (const _third of [1, 2, 3]) await advance(20_000);
    expect(feeds()).toBe(3);
  });

  it('starves the watchdog while a part is unwell, says which, and feeds it again after', async () => {
    let found: string | undefined = 'the journal cannot be written';
    const { supervision, told, troubles, advance, feeds } = watch(async () => found);
    await supervision.ready();
    await advance(20_000);
    await advance(20_000);
    expect(feeds()).toBe(0);
    expect(told.at(-1)).toEqual({ status: 'unwell: the journal cannot be written' });
    found = undefined;
    await advance(20_000);
    expect(feeds()).toBe(1);
    expect(troubles).toEqual(['the journal cannot be written', undefined]);
  });

  it('takes a look that fails, or never ends, for a bad one', async () => {
    const failing = watch(() => Promise.reject(new Error('no disk')));
    await failing.supervision.ready();
    await failing.advance(20_000);
    expect(failing.told.at(-1)).toEqual({ status: 'unwell: Error: no disk' });
    const hanging = watch(() => new Promise(() => {}));
    await hanging.supervision.ready();
    await hanging.advance(20_000);
    await hanging.advance(10_000);
    expect(hanging.told.at(-1)).toEqual({ status: 'unwell: no answer within 10 s' });
    expect(hanging.feeds()).toBe(0);
  });

  it('leaves no timer behind, and does not feed after it was stopped', async () => {
    const { supervision, scheduler, told, advance, feeds } = watch(async () => undefined);
    await supervision.ready();
    await supervision.stop();
    await advance(60_000);
    expect(told.at(-1)).toEqual({ state: 'stopping', status: 'stopping' });
    expect(feeds()).toBe(0);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('does not look where nobody waits for its word', async () => {
    const { supervision, scheduler } = watch(async () => undefined, null);
    await supervision.ready();
    expect(scheduler.pendingCount()).toBe(0);
  });
});
