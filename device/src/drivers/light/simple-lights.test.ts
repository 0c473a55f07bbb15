import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { describeLight } from './light-contract.ts';
import { createNoLight } from './no-light.ts';
import { createRecordingLight } from './recording-light.ts';

describeLight('none', async () => createNoLight());
describeLight('recording', async (clock) => createRecordingLight({ clock }));

describe('createRecordingLight', () => {
  it('records changes with their time, and tells of each', async () => {
    const clock = createVirtualScheduler(1000);
    const told: string[] = [];
    const light = createRecordingLight({ clock, onShow: ({ pattern, atMs }) => told.push(`${pattern}@${atMs}`) });
    light.show('starting');
    light.show('ready');
    expect(light.shown()).toEqual([]);
    await light.start();
    clock.advance(500);
    light.show('busy');
    light.show('busy');
    clock.advance(500);
    light.show('approved');
    expect(light.shown()).toEqual([
      { pattern: 'ready', atMs: 1000 },
      { pattern: 'busy', atMs: 1500 },
      { pattern: 'approved', atMs: 2000 },
    ]);
    expect(told).toEqual(['ready@1000', 'busy@1500', 'approved@2000']);
  });

  it('keeps the last thousand', async () => {
    const light = createRecordingLight({ clock: createVirtualScheduler() });
    await light.start();
    for (let round = 0; round < 600; round += 1) {
      light.show('busy');
      light.show('ready');
    }
    light.show('fault');
    expect(light.shown()).toHaveLength(1000);
    expect(light.shown().at(-1)?.pattern).toBe('fault');
  });
});
