import { pbkdf2Sync } from 'node:crypto';
import type { WifiNetwork } from '@scanpay/device/ports/wifi-setter.ts';

export interface CardPlan {
  hostname: string;
  /** The technician's login, by key alone. */
  user: string;
  sshKeys: readonly string[];
  /** File name of the package in the folder `scanpay` of the boot partition; null: none is installed. */
  debName: string | null;
  /** Content of /etc/scanpay/box.json. */
  boxConfig: string | null;
}

/** A YAML document that begins so is one of ours, and may be replaced. JSON is YAML (YAML 1.2, 1.3). */
export const mark = '# Written by scanpay-provision';

/**
 * cloud-init's user-data (cloudinit.readthedocs.io, "Cloud config examples") for Raspberry Pi OS with cloud-init: a login
 * by key, the time zone of the shops, and the package, installed once at the first start.
 */
export function makeUserData({ hostname, user, sshKeys, debName, boxConfig }: CardPlan): string {
  const login = {
    name: user,
    gecos: 'ScanPay technician',
    groups: ['adm', 'sudo'],
    shell: '/bin/bash',
    sudo: 'ALL=(ALL) NOPASSWD:ALL',
    lock_passwd: true,
    ssh_authorized_keys: sshKeys,
  };
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  const install = [...apt, 'install', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold'];
  const data = {
    hostname,
    manage_etc_hosts: true,
    timezone: 'Asia/Seoul',
    ssh_pwauth: false,
    disable_root: true,
    ...(sshKeys.length === 0 ? {} : { users: [login], enable_ssh: true }),
    ...(boxConfig === null
      ? {}
      : { write_files: [{ path: '/etc/scanpay/box.json', permissions: '0644', content: boxConfig }] }),
    ...(debName === null
      ? {}
      : {
          runcmd: [
            [...apt, 'update'],
            [...install, `/boot/firmware/scanpay/${debName}`],
            ['systemctl', 'enable', '--now', 'scanpay-box.service'],
          ],
        }),
  };
  return `#cloud-config\n${mark}\n${JSON.stringify(data, null, 2)}\n`;
}

/** cloud-init runs once for each instance: another package or configuration is another instance. */
export function makeMetaData(digest: string): string {
  return `${mark}\n${JSON.stringify({ 'instance-id': `scanpay-${digest.slice(0, 16)}` }, null, 2)}\n`;
}

/** Netplan's format, version 2 (netplan.readthedocs.io, "YAML configuration"). */
export function makeNetworkConfig(wifi: WifiNetwork | null): string {
  const ethernets = { eth0: { dhcp4: true, optional: true } };
  const network = {
    version: 2,
    ethernets,
    ...(wifi === null
      ? {}
      : {
          wifis: {
            wlan0: {
              dhcp4: true,
              optional: true,
              'regulatory-domain': 'KR',
              'access-points': { [wifi.ssid]: makeAccessPoint(wifi) },
            },
          },
        }),
  };
  return `${mark}\n${JSON.stringify({ network }, null, 2)}\n`;
}

function makeAccessPoint({ ssid, security, password, hidden }: WifiNetwork): object {
  const shown = hidden ? { hidden: true } : {};
  if (password === null) return shown;
  // WPA3 needs the pass phrase itself.
  if (security === 'sae') return { ...shown, auth: { 'key-management': 'sae', password } };
  return { ...shown, password: toPsk(ssid, password) };
}

/** The key that the pass phrase stands for (IEEE 802.11, J.4.1): good for this network alone, so a lost card tells less. */
function toPsk(ssid: string, password: string): string {
  if (/^[0-9A-Fa-f]{64}$/.test(password)) return password;
  return pbkdf2Sync(password, ssid, 4096, 32, 'sha1').toString('hex');
}
