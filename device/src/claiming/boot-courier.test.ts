import type { ErrorCode } from '@scanpay/shared/errors.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import type { BootOrders } from '../ports/boot-folder.ts';
import { createBootCourier } from './boot-courier.ts';

function makeCourier(orders: BootOrders) {
  const scheduler = createVirtualScheduler(0);
  const submitted: string[] = [];
  const concluded: Record<string, string> = {};
  const boot = {
    read: () => ({ ...orders }),
    conclude(order: keyof BootOrders, words: string) {
      delete orders[order];
      concluded[order] = words;
    },
  };
  const courier = createBootCourier({ boot, scheduler, submit: (text) => void submitted.push(text) });
  courier.start();
  return { courier, scheduler, submitted, concluded };
}
const failure = (code: ErrorCode) => ({ code, detail: 'seen' });

describe('orders of the boot partition', () => {
  it('are carried out one after the other, Wi-Fi first, and each is told of', () => {
    const { courier, scheduler, submitted, concluded } = makeCourier({ claim: 'C', wifi: 'W' });
    expect(submitted).toEqual(['W']);
    courier.wifiEnded(failure('wifi_not_found'));
    scheduler.advance(0);
    expect(submitted).toEqual(['W', 'C']);
    courier.claimEnded(null, 'box-a');
    expect(concluded.wifi).toContain('wifi_not_found: seen');
    expect(concluded.claim).toMatch(/^OK\n설치했습니다: box-a\n/);
  });

  it('wait for a network that is not up, an hour and no longer', () => {
    const { courier, scheduler, submitted, concluded } = makeCourier({ claim: 'C' });
    for (let tries = 1; concluded.claim === undefined; tries += 1) {
      expect(tries).toBeLessThan(100);
      courier.claimEnded(failure('upstream_unavailable'), null);
      scheduler.advance(60_000);
    }
    expect(submitted).toHaveLength(61);
    expect(concluded.claim).toContain('REFUSED');
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('end at once when the operator refuses, or the text is no good', () => {
    for (const code of ['claim_used', 'claim_expired', 'operator_untrusted'] as const) {
      const { courier, concluded } = makeCourier({ claim: 'C' });
      courier.claimEnded(failure(code), null);
      expect(concluded.claim).toContain(code);
    }
    const { courier, concluded } = makeCourier({ claim: 'x' });
    courier.refused({ code: 'set_up_code_unknown', detail: '', atMs: 0 });
    expect(concluded.claim).toContain('set_up_code_unknown');
  });

  it('are left alone once the box stops', () => {
    const { courier, scheduler, submitted } = makeCourier({ claim: 'C' });
    courier.claimEnded(failure('upstream_unavailable'), null);
    courier.stop();
    scheduler.advance(600_000);
    expect(submitted).toEqual(['C']);
  });
});
