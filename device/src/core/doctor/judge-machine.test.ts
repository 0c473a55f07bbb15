import { describe, expect, it } from 'vitest';
import { judgeNetwork, judgeThrottling } from './judge-machine.ts';
import { advice } from './words.ts';

describe('the network', () => {
  const well = {
    host: 'broker.example',
    addresses: ['192.168.0.7', 'fe80::1'],
    hasDefaultRoute: true,
    resolved: { address: '203.0.113.9' },
  };
  it('is well with an address, a way out and the broker’s name', () => {
    expect(judgeNetwork(well)).toMatchObject({ outcome: 'ok', seen: expect.stringContaining('192.168.0.7') });
  });
  it('is not needed for a broker on this machine', () => {
    expect(judgeNetwork({ ...well, addresses: [], resolved: { address: '127.0.0.1' } }).outcome).toBe('ok');
  });
  it('tells a pulled cable, a silent router and an unknown name apart', () => {
    const unplugged = judgeNetwork({ ...well, addresses: ['169.254.3.4', 'fe80::1'] });
    expect(unplugged).toMatchObject({ outcome: 'fault', advice: [advice.networkDown] });
    const nameless = { ...well, resolved: { problem: 'ENOTFOUND' } };
    expect(judgeNetwork(nameless)).toMatchObject({ outcome: 'fault', advice: [advice.noName] });
    expect(judgeNetwork({ ...nameless, hasDefaultRoute: false }).advice).toEqual([advice.noRoute]);
    expect(judgeNetwork({ ...well, hasDefaultRoute: false })).toMatchObject({ outcome: 'warning' });
  });
});

describe('the power supply', () => {
  it.each([
    [undefined, 'skipped', []],
    [0, 'ok', []],
    [0x50005, 'fault', [advice.underVoltage]],
    [0x50000, 'warning', [advice.underVoltage, advice.hot]],
    [0x80008, 'warning', [advice.hot]],
  ] as const)('reads %s as %s', (bits, outcome, words) => {
    expect(judgeThrottling(bits)).toMatchObject({ outcome, advice: words });
  });
});
