/** `npm run package`: Debian packages and release archives. `--help` says the rest. */
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage } from './build-package.ts';
import { products } from './products.ts';
import { findTarget } from './targets.ts';

const usage = `usage: npm run package -- --arch arm64|amd64 [--of box|cloud] [--out DIR] [--version VERSION] [--fast]
  --arch ARCH        Debian's name of the architecture
  --of box|cloud     only that one of the two packages
  --out DIR          where to (default: dist)
  --version VERSION  another than package.json's
  --fast             pressed less, for trying out
Needs dpkg-deb, and the compiler and binutils of that architecture (Debian: g++-aarch64-linux-gnu, g++-x86-64-linux-gnu).
`;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = { arch: text, of: text, out: text, version: text, fast: flag, help: flag };
const root = process.cwd();
const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  const target = findTarget(values.arch ?? '');
  const chosen = products.filter(({ name }) => values.of === undefined || name === `scanpay-${values.of}`);
  if (values.help || target === undefined || chosen.length === 0) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 2;
  }
  const version = values.version ?? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  for (const product of chosen) {
    const built = await buildPackage({
      root,
      outDir: resolve(values.out ?? 'dist'),
      product,
      target,
      version,
      pressing: values.fast ? 'fast' : 'small',
      withArchive: true,
      log: (line) => console.log(line),
    });
    for (const file of [built.deb, built.archive]) {
      if (file !== undefined) console.log(`${file}  ${mib(statSync(file).size)}`);
    }
    console.log(`installed: ${mib(built.installedBytes)}`);
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
