import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WifiNetwork } from '../../ports/wifi-setter.ts';
import { createFakeNmcli, type FakeNmcli } from '../../testing/fake-nmcli.ts';
import { createNmcliWifi } from './nmcli-wifi.ts';

const network: WifiNetwork = { ssid: '카페 "속초"; $(reboot)', security: 'wpa', password: ' p\\w:#1 ', hidden: true };

let nmcli: FakeNmcli;
beforeEach(() => {
  nmcli = createFakeNmcli();
});
afterEach(() => nmcli.remove());

const join = (differing: Partial<WifiNetwork> = {}) =>
  createNmcliWifi({ command: nmcli.command, secretsDir: nmcli.secretsDir, joinMs: 5_000 }).join({
    ...network,
    ...differing,
  });
const verbs = (): string[] => nmcli.calls().map(({ args }) => args.filter((each) => !/^-|^\d+$/.test(each))[1] ?? '');

describe('Wi-Fi by nmcli', () => {
  it('tries the network, and puts it in the place of the one before once it is up', async () => {
    expect(await join()).toEqual({ ok: true, value: undefined });
    expect(verbs()).toEqual(['delete', 'add', 'up', 'delete', 'modify']);
    const [, add, up, , modify] = nmcli.calls();
    expect(add?.args).toEqual([
      ...['connection', 'add', 'type', 'wifi', 'con-name', 'scanpay-wifi-try', 'ifname', '*', 'ssid', network.ssid],
      ...['802-11-wireless.hidden', 'yes', 'connection.autoconnect', 'no'],
      ...['802-11-wireless-security.key-mgmt', 'wpa-psk'],
    ]);
    expect(up?.args.slice(0, 7)).toEqual(['--wait', '5', 'connection', 'up', 'id', 'scanpay-wifi-try', 'passwd-file']);
    expect(modify?.args.slice(-4)).toEqual(['connection.id', 'scanpay-wifi', 'connection.autoconnect', 'yes']);
    expect(nmcli.calls().every(({ language }) => language === 'C.UTF-8')).toBe(true);
  });

  it('hands the password over in a file of its own, in no argument, and leaves nothing of it', async () => {
    await join();
    const calls = nmcli.calls();
    expect(calls.some(({ args }) => args.join(' ').includes('p\\w'))).toBe(false);
    expect(calls[2]).toMatchObject({ mode: 0o600, secrets: '802-11-wireless-security.psk:\\040p\\\\w:#1\\040\n' });
    expect(readdirSync(nmcli.secretsDir).filter((name) => name.startsWith('wifi-'))).toEqual([]);
  });

  it('asks for WPA3 alone where the code does, and for no password at an open network', async () => {
    await join({ security: 'sae' });
    await join({ security: 'open', password: null });
    const added = nmcli.calls().filter(({ args }) => args[1] === 'add');
    expect(added[0]?.args.slice(-2)).toEqual(['802-11-wireless-security.key-mgmt', 'sae']);
    expect(added[1]?.args.slice(-2)).toEqual(['connection.autoconnect', 'no']);
    expect(nmcli.calls().filter(({ secrets }) => secrets !== null)).toHaveLength(1);
  });

  it.each([
    [4, 'Error: Connection activation failed: (7) Secrets were required, but not provided.', 'wifi_password_wrong'],
    [4, 'Error: Connection activation failed: The Wi-Fi network could not be found', 'wifi_not_found'],
    [4, 'Error: Connection activation failed: (5) IP configuration could not be reserved.', 'wifi_failed'],
    [3, 'Error: Timeout expired (45 seconds)', 'wifi_failed'],
    [4, 'Error: Connection activation failed: No suitable device found for this connection.', 'wifi_unavailable'],
    [8, 'Error: NetworkManager is not running.', 'wifi_unavailable'],
  ])('says what went wrong, and keeps the network it had: %i %s', async (exitCode, stderr, code) => {
    nmcli.answer({ words: 'connection up', exitCode, stderr });
    const joined = await join();
    expect(joined).toMatchObject({ ok: false, code });
    expect(JSON.stringify(joined)).not.toContain('p\\w');
    expect(verbs()).toEqual(['delete', 'add', 'up', 'delete']);
    expect(nmcli.calls().at(-1)?.args.at(-1)).toBe('scanpay-wifi-try');
  });

  it('is told when the box may not set networks, or has no NetworkManager', async () => {
    nmcli.answer({ words: 'connection add', exitCode: 1, stderr: 'Error: Failed to add: Insufficient privileges' });
    expect(await join()).toMatchObject({ ok: false, code: 'wifi_unavailable' });
    const missing = createNmcliWifi({ command: '/nowhere/nmcli', secretsDir: nmcli.secretsDir });
    expect(await missing.join(network)).toMatchObject({ ok: false, code: 'wifi_unavailable' });
  });
});
