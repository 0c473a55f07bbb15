import type { Target } from './targets.ts';

/** What becomes a Debian package and a release archive. */
export interface Product {
  /** Name of the Debian package; its archive and its unit start with it, too. */
  name: 'scanpay-box' | 'scanpay-cloud';
  workspace: 'device' | 'cloud';
  summary: string;
  description: string;
  /** Releases and the link `current` to one of them live below it. */
  home: string;
  /** Name of the user that it runs as. */
  user: string;
  /** Journal or books, and keys: whatever only purging may remove. */
  stateDir: string;
  /** The configuration that its administrator edits. */
  configFile: string;
  depends: readonly string[];
  recommends: readonly string[];
  suggests: readonly string[];
}

/** Debian's libraries that the pinned Node and the native parts are linked with. */
const libraries = ['libc6 (>= 2.28)', 'libgcc-s1', 'libstdc++6'];
/** Users and groups are made with `passwd` where systemd is not there to do it. */
const base = [...libraries, 'passwd'];

export const box: Product = {
  name: 'scanpay-box',
  workspace: 'device',
  summary: 'the scanner box on a merchant’s counter',
  description: 'Reads barcodes of customers’ phones, asks the operator for payment, shows and prints the result.',
  home: '/opt/scanpay',
  user: 'scanpay',
  stateDir: '/var/lib/scanpay',
  configFile: '/etc/scanpay/box.json',
  depends: base,
  recommends: ['systemd', 'gpiod', 'evtest'],
  suggests: ['rpicam-apps'],
};

export const cloud: Product = {
  name: 'scanpay-cloud',
  workspace: 'cloud',
  summary: 'the companies behind the scanner boxes',
  description: 'Operator, PG and card company, each with its own books, and the broker that the boxes speak to.',
  home: '/opt/scanpay-cloud',
  user: 'scanpay-cloud',
  stateDir: '/var/lib/scanpay-cloud',
  configFile: '/etc/scanpay/cloud.json',
  depends: base,
  recommends: ['systemd'],
  suggests: ['postgresql'],
};

export const products: readonly Product[] = [box, cloud];

/** Path of a release, with its product's other releases beside it. */
export const releaseDir = ({ home }: Product, version: string): string => `${home}/releases/${version}`;

/** The name that Debian gives such a file, without its ending. */
export const fileStem = ({ name }: Product, version: string, { debianName }: Target): string =>
  `${name}_${version}_${debianName}`;
