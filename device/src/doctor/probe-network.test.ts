import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hasDefaultRoute } from './probe-network.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const ofNetwork = 'eth0\t0000A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n';
const default4 = 'eth0\t00000000\t0100A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n';
const zeros = '0'.repeat(32);
const v6 = (device: string) => `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200       ${device}\n`;

it.each([
  [head + ofNetwork, '', false],
  [head + ofNetwork + default4, '', true],
  ['', v6('lo'), false],
  ['', v6('lo') + v6('eth0'), true],
])('finds the way out in the kernel’s tables', async (route, route6, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'routes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'route'), route);
  writeFileSync(join(folder, 'ipv6_route'), route6);
  expect(await hasDefaultRoute(folder)).toBe(expected);
});
