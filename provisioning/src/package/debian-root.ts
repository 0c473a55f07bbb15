import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LockedPackage } from './lock-closure.ts';
import type { Product } from './products.ts';
import type { Target } from './targets.ts';

/** What goes where on the machine, beside the release; sources are below `systemd/`. */
const installedFiles: Readonly<Record<Product['name'], readonly (readonly [string, string])[]>> = {
  'scanpay-box': [
    ['scanpay-box.service', 'usr/lib/systemd/system/scanpay-box.service'],
    ['scanpay-boot.service', 'usr/lib/systemd/system/scanpay-boot.service'],
    ['scanpay-boot.path', 'usr/lib/systemd/system/scanpay-boot.path'],
    ['polkit/50-scanpay-wifi.rules', 'usr/share/polkit-1/rules.d/50-scanpay-wifi.rules'],
    ['scanpay-updater.service', 'usr/lib/systemd/system/scanpay-updater.service'],
    ['scanpay-restart.service', 'usr/lib/systemd/system/scanpay-restart.service'],
    ['scanpay-restart.path', 'usr/lib/systemd/system/scanpay-restart.path'],
    ['scanpay-box.sysusers', 'usr/lib/sysusers.d/scanpay-box.conf'],
    ['scanpay-box.tmpfiles', 'usr/lib/tmpfiles.d/scanpay-box.conf'],
    ['scanpay-updater.sysusers', 'usr/lib/sysusers.d/scanpay-updater.conf'],
    ['scanpay-updater.tmpfiles', 'usr/lib/tmpfiles.d/scanpay-updater.conf'],
    ['scanpay-box.rules', 'usr/lib/udev/rules.d/70-scanpay-box.rules'],
    ['scanpay-box.journald', 'usr/lib/systemd/journald.conf.d/50-scanpay-box.conf'],
    ['scanpay-device', 'usr/bin/scanpay-device'],
    ['box.json', 'etc/scanpay/box.json'],
    ['updater.json', 'etc/scanpay/updater.json'],
    ['README.md', 'usr/share/doc/scanpay-box/README.md'],
  ],
  'scanpay-cloud': [
    ['scanpay-cloud.service', 'usr/lib/systemd/system/scanpay-cloud.service'],
    ['scanpay-cloud.sysusers', 'usr/lib/sysusers.d/scanpay-cloud.conf'],
    ['scanpay-cloud.tmpfiles', 'usr/lib/tmpfiles.d/scanpay-cloud.conf'],
    ['scanpay-cloud', 'usr/bin/scanpay-cloud'],
    ['README.md', 'usr/share/doc/scanpay-cloud/README.md'],
  ],
};

const runGroups: Readonly<Record<Product['name'], string>> = {
  'scanpay-box': 'dialout gpio video input',
  'scanpay-cloud': '',
};

/** What is enabled and started on installing, in this order: the updater says which release the box starts. */
const units: Readonly<Record<Product['name'], string>> = {
  'scanpay-box': 'scanpay-updater.service scanpay-restart.path scanpay-box.service scanpay-boot.path',
  'scanpay-cloud': 'scanpay-cloud.service',
};

/** Puts units, wrapper, configuration and maintainer scripts around a release that is already in `debianRoot`. */
export function fillDebianRoot(options: {
  root: string;
  debianRoot: string;
  product: Product;
  target: Target;
  version: string;
  /** Of every file, in KiB. */
  installedSizeKib: number;
  packages: Readonly<Record<string, LockedPackage>>;
}): void {
  const { root, debianRoot, product, version, packages } = options;
  mkdirSync(join(debianRoot, dirname(product.configFile)), { recursive: true });
  for (const [from, to] of installedFiles[product.name]) {
    const path = join(debianRoot, to);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(root, 'systemd', from), path);
    chmodSync(path, to.startsWith('usr/bin/') ? 0o755 : 0o644);
  }
  writeText(join(debianRoot, `usr/share/doc/${product.name}/copyright`), listLicences(product, packages));
  writeText(join(debianRoot, 'DEBIAN/control'), makeControl(options));
  const conffiles = installedFiles[product.name].filter(([, to]) => to.startsWith('etc/')).map(([, to]) => `/${to}\n`);
  if (conffiles.length > 0) writeText(join(debianRoot, 'DEBIAN/conffiles'), conffiles.join(''));
  for (const name of ['postinst', 'prerm', 'postrm']) {
    const script = join(debianRoot, 'DEBIAN', name);
    const body = readFileSync(new URL(`./maintainer/${name}.sh`, import.meta.url), 'utf8');
    writeText(script, `${makeScriptHead(product, version)}\n${body}`);
    chmodSync(script, 0o755);
  }
}

function makeScriptHead(product: Product, version: string): string {
  const updater = product.name === 'scanpay-box' ? 'scanpay-updater' : '';
  return `#!/bin/sh
set -e
PACKAGE=${product.name}
VERSION=${version}
UNITS="${units[product.name]}"
HOME_DIR=${product.home}
STATE_DIR=${product.stateDir}
CONFIG_FILE=${product.configFile}
RUN_USER=${product.user}
RUN_GROUPS="${runGroups[product.name]}"
# The box's releases are this user's, who installs its updates and is not the box; without one they stay root's.
UPDATER=${updater}
# Each to a release: the one in use, and the one that proved itself last.
LINKS="current${updater === '' ? '' : ' confirmed'}"
`;
}

function makeControl(options: { product: Product; target: Target; version: string; installedSizeKib: number }): string {
  const { product, target, version, installedSizeKib } = options;
  const list = (name: string, words: readonly string[]) => (words.length > 0 ? [`${name}: ${words.join(', ')}`] : []);
  const lines = [
    `Package: ${product.name}`,
    `Version: ${version}`,
    `Architecture: ${target.debianName}`,
    'Maintainer: ScanPay <box@scanpay.example>',
    `Installed-Size: ${installedSizeKib}`,
    ...list('Pre-Depends', ['init-system-helpers (>= 1.54)']),
    ...list('Depends', product.depends),
    ...list('Recommends', product.recommends),
    ...list('Suggests', product.suggests),
    'Section: misc',
    'Priority: optional',
    `Description: ${product.summary}`,
    ` ${product.description}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The licences' own texts lie with the packages; this says which there are. */
function listLicences({ name, home }: Product, packages: Readonly<Record<string, LockedPackage>>): string {
  const lines = Object.entries(packages).map(([path, { version, license }]) => {
    const packageName = path.split('node_modules/').at(-1);
    return `${packageName} ${version ?? ''}: ${license ?? 'see its own files'}\n`;
  });
  return `${name} is not licensed to the public.

It brings Node (${home}/current/bin/LICENSE.node) and these packages of others, whose licences lie beside them in
${home}/current/node_modules:

${lines.join('')}`;
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
