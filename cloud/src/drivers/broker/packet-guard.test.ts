import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import { createPacketGuard } from './packet-guard.ts';

const connect = Buffer.from([0x10, 0x02, 0x00, 0x00]);
const ping = Buffer.from([0xc0, 0x00]);
const limits = { maxConnectBytes: 100, maxPacketBytes: 1000, burstPackets: 4, packetsPerSecond: 2 };

function setUp(overrides: Partial<typeof limits> = {}) {
  const clock = createVirtualScheduler();
  return { clock, guard: createPacketGuard({ ...limits, ...overrides }, clock) };
}

describe('createPacketGuard', () => {
  it('lets a burst pass, then one packet at a time', () => {
    const { clock, guard } = setUp();
    guard.admit(connect);
    guard.accept({ unmetered: false });
    const five = Buffer.concat([ping, ping, ping, ping, ping]);
    expect(guard.admit(five)).toEqual({ kind: 'pass', bytes: 6, retryInMs: 500 });
    clock.advance(499);
    expect(guard.admit(five.subarray(6))).toEqual({ kind: 'pass', bytes: 0, retryInMs: 1 });
    clock.advance(1);
    expect(guard.admit(five.subarray(6))).toEqual({ kind: 'pass', bytes: 2, retryInMs: 500 });
    clock.advance(3_600_000);
    expect(guard.admit(Buffer.concat([five, five]))).toMatchObject({ bytes: 8 });
  });

  it('does not hold up the rest of a packet that has begun', () => {
    const { guard } = setUp({ burstPackets: 2 });
    guard.admit(connect);
    guard.accept({ unmetered: false });
    expect(guard.admit(Buffer.from([0x30, 0x64, 0x00]))).toMatchObject({ bytes: 3, retryInMs: 0 });
    expect(guard.admit(Buffer.alloc(99))).toMatchObject({ bytes: 99, retryInMs: 0 });
    expect(guard.admit(ping)).toMatchObject({ bytes: 0, retryInMs: 500 });
  });

  it('neither stops nor gives presents when the wall clock is set', () => {
    const { clock, guard } = setUp({ burstPackets: 1 });
    guard.admit(connect);
    guard.accept({ unmetered: false });
    clock.setWallClock(0);
    expect(guard.admit(ping)).toMatchObject({ bytes: 0, retryInMs: 500 });
    clock.advance(500);
    expect(guard.admit(ping)).toMatchObject({ bytes: 2 });
  });

  it('does not meter the link of the cloud', () => {
    const { guard } = setUp();
    guard.admit(connect);
    guard.accept({ unmetered: true });
    expect(guard.admit(Buffer.alloc(2000, ping))).toEqual({ kind: 'pass', bytes: 2000, retryInMs: 0 });
  });

  it('refuses at the header what announces too much', () => {
    const { guard } = setUp();
    expect(guard.admit(Buffer.from([0x10, 0x64]))).toEqual({ kind: 'refuse', reason: 'a packet of 102 bytes' });
    const accepted = setUp().guard;
    accepted.admit(connect);
    accepted.accept({ unmetered: true });
    expect(accepted.admit(Buffer.from([0x30, 0xe5, 0x07]))).toMatchObject({ kind: 'pass' });
    const greedy = setUp().guard;
    greedy.admit(connect);
    greedy.accept({ unmetered: true });
    expect(greedy.admit(Buffer.from([0x30, 0xe6, 0x07]))).toEqual({ kind: 'refuse', reason: 'a packet of 1001 bytes' });
  });

  it('wants CONNECT first, and once', () => {
    expect(setUp().guard.admit(ping)).toEqual({ kind: 'refuse', reason: 'the first packet is no CONNECT' });
    const { guard } = setUp();
    expect(guard.admit(Buffer.concat([connect, connect]))).toEqual({ kind: 'refuse', reason: 'a second CONNECT' });
  });
});
