import type { BoxView } from '@scanpay/shared/api/box.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCounterServer } from './counter-server.ts';
import { createFakeBox, throwOnInternalError } from './testing/fake-box.ts';

describe('event stream', () => {
  const scheduler = createVirtualScheduler();
  const box = createFakeBox();
  const server = createCounterServer({
    box,
    scheduler,
    host: '127.0.0.1',
    port: 0,
    onInternalError: throwOnInternalError,
  });
  let url: string;
  let next: () => Promise<BoxView>;
  const abort = new AbortController();

  beforeEach(async () => {
    url = await server.start();
    const response = await fetch(`${url}/api/events`, { signal: abort.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let read = '';
    next = async () => {
      while (!read.includes('\n\n')) read += (await reader.read()).value ?? '';
      const [event = '', ...later] = read.split('\n\n');
      read = later.join('\n\n');
      return JSON.parse(event.replace('data: ', ''));
    };
  });
  afterEach(async () => {
    abort.abort();
    await server.stop();
  });

  it('tells the view at once, after a change, and again while nothing changes; stopped, it leaves no timer', async () => {
    expect((await next()).counter.kind).toBe('idle');
    box.showCounter('unknown');
    expect((await next()).counter.kind).toBe('unknown');
    scheduler.advance(5_000);
    expect((await next()).counter.kind).toBe('unknown');
    await server.stop();
    expect(scheduler.pendingCount()).toBe(0);
  });
});
