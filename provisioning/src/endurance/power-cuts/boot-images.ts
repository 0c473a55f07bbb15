import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stageApp } from '../../box-vm/stage-app.ts';
import { findProgram, type Rig } from './rig.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** In the order in which the guest loads them. */
const gpioModules = ['configfs', 'irq_sim', 'gpio-sim'];
const usbModules = [
  ...['usb-common', 'usbcore', 'udc-core', 'dummy_hcd', 'libcomposite', 'u_serial'],
  ...['usb_f_acm', 'usb_f_serial', 'usb_f_obex', 'cdc-acm', 'g_serial'],
];
const virtioModules = [
  ...['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci', 'virtio_blk'],
  ...['virtio_console', 'failover', 'net_failover', 'virtio_net', 'virtio-rng'],
  ...['crc16', 'crc32c_generic', 'libcrc32c', 'mbcache', 'jbd2', 'ext4'],
];

/** The guest's addresses; the network ends at the machine that runs QEMU. */
export const guest = { ip: '10.0.2.15', brokerIp: '10.0.2.100', brokerPort: 1883, counterPort: 8080 };

/** What the console shows when a machine may be frozen, and what it reads to go on. */
export const consoleWords = {
  loaded: 'BOX-LOADED',
  goOn: 'go-on\n',
  goesOn: 'BOX-GOES-ON',
  mountFailed: 'DATA-MOUNT-FAILED',
};

/**
 * Until it has read the word to go on, the guest does not touch the box's disk, but for the sector that the kernel reads
 * of every disk, which is forgotten. Then the clock is set, as by the operator's network time, and ext4 replays at the
 * mount what a power cut left in its journal.
 */
const init = `#!/bin/busybox sh
export PATH=/bin:/usr/bin HOME=/tmp
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
load() { for m in "$@"; do insmod /lib/modules/$m.ko; done; }
load ${gpioModules.join(' ')}
mount -t configfs none /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/box; mkdir -p $chip/bank0; echo 28 > $chip/bank0/num_lines; echo 1 > $chip/live
load ${usbModules.filter((name) => name !== 'g_serial').join(' ')}; insmod /lib/modules/g_serial.ko use_acm=1
load ${virtioModules.join(' ')}
ifconfig lo 127.0.0.1 up; ifconfig eth0 ${guest.ip} netmask 255.255.255.0 up
mount -t ext4 -o ro /dev/vdb /app
for tty in /dev/ttyGS0 /dev/ttyS1; do stty -F $tty raw -echo; done
mkfifo /tmp/switch; exec 3<>/tmp/switch
cd /app
# One young generation of 1 MB and one arena, as the unit of a box sets them.
MALLOC_ARENA_MAX=1 ./node --max-semi-space-size=1 provisioning/src/endurance/power-cuts/loaded-box.ts /data/config/box.json <&3 2>&1 &
box=$!
read word; echo ${consoleWords.goesOn}
blockdev --flushbufs /dev/vda; hwclock -s -u
mount -t ext4 /dev/vda /data || { echo ${consoleWords.mountFailed}; poweroff -f; }
cat /dev/vport*p1 > /dev/ttyGS0 &
echo 1 >&3
wait $box
echo BOX-ENDED $?; umount /data; sync; poweroff -f
`;

const copyLibraries = (program: string, target: string): void => {
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' });
  for (const [path] of listed.matchAll(/\/\S+\.so\S*/g)) {
    mkdirSync(join(target, dirname(path)), { recursive: true });
    copyFileSync(path, join(target, path));
  }
};

/** What the kernel unpacks at boot: busybox, modules, the C libraries that Node needs, and `init`. */
export function makeInitramfs(rig: Rig, file: string): void {
  const tree = `${file}.d`;
  for (const folder of ['bin', 'dev', 'etc', 'lib/modules', 'proc', 'sys', 'tmp', 'data', 'app', 'usr/bin']) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  copyFileSync(findProgram('busybox') ?? '', join(tree, 'bin/busybox'));
  copyLibraries(process.execPath, tree);
  const wanted = new Set([...gpioModules, ...usbModules, ...virtioModules].map((name) => `${name}.ko`));
  const found = readdirSync(rig.modules, { recursive: true, encoding: 'utf8' }).map((path) => join(rig.modules, path));
  const built = ['irq_sim.ko', 'gpio-sim.ko'].map((name) => join(rig.builtModules, name));
  for (const path of [...found, ...built]) {
    if (wanted.has(basename(path))) copyFileSync(path, join(tree, 'lib/modules', basename(path)));
  }
  writeFileSync(join(tree, 'init'), init);
  chmodSync(join(tree, 'init'), 0o755);
  execFileSync('sh', ['-c', 'find . | cpio -o -H newc --quiet > "$1"', 'sh', file], { cwd: tree });
  rmSync(tree, { recursive: true });
}

/** The program and its packages on a read-only disk: read as far as they are used. */
export function makeAppImage(file: string): void {
  const tree = `${file}.d`;
  stageApp({ root, target: tree, workspaces: ['shared', 'device'] });
  const entry = relative(root, fileURLToPath(new URL('./loaded-box.ts', import.meta.url)));
  mkdirSync(join(tree, dirname(entry)), { recursive: true });
  copyFileSync(join(root, entry), join(tree, entry));
  copyFileSync(join(root, 'provisioning/package.json'), join(tree, 'provisioning/package.json'));
  cpSync(process.execPath, join(tree, 'node'));
  makeExt4(file, 384, tree);
  rmSync(tree, { recursive: true });
}

/** The box's disk: its configuration, and room for the journal. */
export function makeDataImage(file: string, boxConfig: object): void {
  const tree = `${file}.d`;
  mkdirSync(join(tree, 'config'), { recursive: true });
  writeFileSync(join(tree, 'config/box.json'), JSON.stringify(boxConfig));
  makeExt4(file, 64, tree);
  rmSync(tree, { recursive: true });
}

function makeExt4(file: string, sizeMb: number, tree: string): void {
  const mkfs = findProgram('mkfs.ext4') ?? 'mkfs.ext4';
  rmSync(file, { force: true });
  execFileSync(mkfs, ['-q', '-F', '-d', tree, file, `${sizeMb}M`], { stdio: ['ignore', 'ignore', 'pipe'] });
}
