import type { Tree } from './write-tree.ts';

/** A small tree and the one rule it breaks. */
interface ImportCase {
  rule: string;
  what: string;
  files: Tree;
}

const leaf = 'export const leaf = 1;\n';
const imports = (...paths: readonly string[]): string => paths.map((path) => `import '${path}';\n`).join('');
const importsType = (path: string): string => `import type { leaf } from '${path}';\nexport type Leaf = typeof leaf;\n`;

/** Every tree breaks its rule once, and no other rule. */
export const forbiddenImports: readonly ImportCase[] = [
  {
    rule: 'device-and-cloud-apart',
    what: 'the box imports from the cloud',
    files: { 'device/src/box.ts': imports('../../cloud/src/config.ts'), 'cloud/src/config.ts': leaf },
  },
  {
    rule: 'device-and-cloud-apart',
    what: 'the cloud imports from the box, and only a type',
    files: { 'cloud/src/config.ts': importsType('../../device/src/config.ts'), 'device/src/config.ts': leaf },
  },
  {
    rule: 'shared-stands-alone',
    what: 'shared imports from the box',
    files: { 'shared/src/money.ts': imports('../../device/src/config.ts'), 'device/src/config.ts': leaf },
  },
  {
    rule: 'product-without-provisioning',
    what: 'the cloud imports from the demo',
    files: {
      'cloud/src/config.ts': imports('../../provisioning/src/demo/ask.ts'),
      'provisioning/src/demo/ask.ts': leaf,
    },
  },
  {
    rule: 'only-main-names-drivers',
    what: 'the box names a driver',
    files: { 'device/src/box.ts': imports('./drivers/light/leds.ts'), 'device/src/drivers/light/leds.ts': leaf },
  },
  {
    rule: 'only-main-names-drivers',
    what: 'a role names a driver',
    files: {
      'cloud/src/roles/pg/app.ts': imports('../../drivers/sql/store.ts'),
      'cloud/src/drivers/sql/store.ts': leaf,
    },
  },
  {
    rule: 'drivers-apart',
    what: 'a driver imports another driver',
    files: {
      'device/src/drivers/scan/camera.ts': imports('../decode/zxing.ts'),
      'device/src/drivers/decode/zxing.ts': leaf,
    },
  },
  {
    rule: 'drivers-know-only-ports',
    what: 'a driver calls the core',
    files: { 'cloud/src/drivers/sql/store.ts': imports('../../core/ledger.ts'), 'cloud/src/core/ledger.ts': leaf },
  },
  {
    rule: 'drivers-know-only-ports',
    what: 'a driver imports a role',
    files: { 'cloud/src/drivers/sql/store.ts': imports('../../roles/pg/app.ts'), 'cloud/src/roles/pg/app.ts': leaf },
  },
  {
    rule: 'ports-know-only-ports',
    what: 'a port names the configuration',
    files: { 'device/src/ports/light.ts': importsType('../config.ts'), 'device/src/config.ts': leaf },
  },
  {
    rule: 'core-knows-only-core-and-ports',
    what: 'the core imports a role',
    files: { 'cloud/src/core/verify.ts': importsType('../roles/pg/app.ts'), 'cloud/src/roles/pg/app.ts': leaf },
  },
  {
    rule: 'core-without-builtins',
    what: 'the core reads files',
    files: { 'device/src/core/terminal.ts': imports('node:fs') },
  },
  {
    rule: 'core-without-builtins',
    what: 'the core computes with node:crypto',
    files: { 'cloud/src/core/verify.ts': imports('node:crypto') },
  },
  {
    rule: 'core-without-packages',
    what: 'the core queries a database',
    files: { 'cloud/src/core/verify.ts': imports('kysely') },
  },
  {
    rule: 'contracts-without-io',
    what: 'shared reads files',
    files: { 'shared/src/keys.ts': imports('node:fs/promises') },
  },
  {
    rule: 'contracts-without-io',
    what: 'a port opens sockets',
    files: { 'device/src/ports/uplink.ts': imports('node:net') },
  },
  {
    rule: 'contracts-without-packages',
    what: 'shared opens connections',
    files: { 'shared/src/wire/session.ts': imports('mqtt') },
  },
  {
    rule: 'system-is-injected',
    what: 'a role takes the real clock for itself',
    files: {
      'cloud/src/roles/pg/app.ts': imports('@scanpay/shared/system/clock.ts'),
      'shared/src/system/clock.ts': leaf,
    },
  },
  {
    rule: 'companies-apart',
    what: 'the operator calls the PG by import',
    files: { 'cloud/src/roles/operator/app.ts': imports('../pg/app.ts'), 'cloud/src/roles/pg/app.ts': leaf },
  },
  {
    rule: 'nobody-imports-main',
    what: 'the box imports its own main.ts',
    files: { 'device/src/box.ts': imports('./main.ts'), 'device/src/main.ts': leaf },
  },
  {
    rule: 'nobody-imports-main',
    what: 'a probe of the doctor imports the box’s main.ts',
    files: { 'device/src/doctor/probe.ts': imports('../main.ts'), 'device/src/main.ts': leaf },
  },
  {
    rule: 'nobody-imports-main',
    what: 'a company starts another one',
    files: { 'cloud/src/roles/settle/day.ts': imports('../pg/main.ts'), 'cloud/src/roles/pg/main.ts': leaf },
  },
  {
    rule: 'browser-code-apart',
    what: 'a page imports a package',
    files: { 'cloud/src/web/phone.js': imports('qrcode') },
  },
  {
    rule: 'no-test-code-in-production',
    what: 'production code uses a test helper',
    files: { 'device/src/box.ts': imports('./testing/pty.ts'), 'device/src/testing/pty.ts': leaf },
  },
  {
    rule: 'nobody-imports-tests',
    what: 'a test takes a helper from another test',
    files: { 'shared/src/ids.test.ts': imports('./money.test.ts'), 'shared/src/money.test.ts': leaf },
  },
  {
    rule: 'no-dev-packages-in-production',
    what: 'production code uses a development package',
    files: { 'device/src/box.ts': imports('fast-check') },
  },
  {
    rule: 'no-undeclared-packages',
    what: 'a package of another workspace is used',
    files: { 'device/src/box.ts': imports('kysely') },
  },
  {
    rule: 'no-unresolved',
    what: 'a file that is not there is imported',
    files: { 'device/src/box.ts': imports('./gone.ts') },
  },
  {
    rule: 'no-cycles',
    what: 'two files import each other, one of them only a type',
    files: {
      'shared/src/money.ts': imports('./ids.ts'),
      'shared/src/ids.ts': importsType('./money.ts'),
    },
  },
  {
    rule: 'no-orphans',
    what: 'a file is left over',
    files: { 'shared/src/left-over.ts': leaf },
  },
];

/** What every rule must let pass. */
export const allowedImports: Tree = {
  'device/src/main.ts': imports('./box.ts', './drivers/light/leds.ts', '@scanpay/shared/system/clock.ts', 'node:fs'),
  'device/src/doctor/main.ts': imports('../main.ts', '../drivers/light/leds.ts', '../box.ts'),
  'device/src/box.ts': imports('./config.ts', './core/terminal.ts', './ports/light.ts', 'node:events'),
  'device/src/config.ts': imports('@scanpay/shared/money.ts', 'typebox'),
  'device/src/core/terminal.ts': `${imports('../ports/light.ts', 'typebox')}import type { Stats } from 'node:fs';\n`,
  'device/src/core/terminal.test.ts': imports('./terminal.ts', 'vitest', 'node:fs', '../testing/pty.ts'),
  'device/src/testing/pty.ts': imports('vitest', 'node:child_process'),
  'device/src/ports/light.ts': `${imports('@scanpay/shared/money.ts')}import type { Readable } from 'node:stream';\n`,
  'device/src/drivers/light/leds.ts': imports('../../ports/light.ts', './colours.ts', '../common/retry.ts', 'node:fs'),
  'device/src/drivers/light/colours.ts': leaf,
  'device/src/drivers/light/light-contract.ts': imports('vitest', '../../ports/light.ts'),
  'device/src/drivers/light/leds.test.ts': imports('./light-contract.ts', './leds.ts', '../scan/camera.ts'),
  'device/src/drivers/scan/camera.ts': imports('../common/retry.ts'),
  'device/src/drivers/common/retry.ts': leaf,
  'device/src/web/counter.js': imports('./words.js'),
  'device/src/web/words.js': leaf,
  'shared/src/money.ts': imports('typebox', 'node:crypto'),
  'shared/src/system/clock.ts': imports('node:perf_hooks', 'mqtt'),
  'cloud/src/main.ts': imports('./roles/pg/app.ts', 'kysely'),
  'cloud/src/roles/pg/app.ts': imports('../common/app.ts', '../../core/verify.ts'),
  'cloud/src/roles/common/app.ts': leaf,
  'cloud/src/core/verify.ts': imports('@scanpay/shared/money.ts'),
  'provisioning/src/demo/main.ts': imports('../../../device/src/main.ts', '../../../cloud/src/main.ts', 'fast-check'),
  'provisioning/src/demo/cloud.ts': imports('../../../cloud/src/drivers/sql/store.ts'),
  'provisioning/src/demo/printer.ts': imports('../../../device/src/testing/pty.ts'),
  'cloud/src/drivers/sql/store.ts': imports('kysely'),
};

function packageFiles(name: string): Tree {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: '',
  };
}

function manifest(dependencies: readonly string[], devDependencies: readonly string[] = []): string {
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
  const exports = { './*': './src/*' };
  return JSON.stringify({ exports, dependencies: versions(dependencies), devDependencies: versions(devDependencies) });
}

/** Manifests and installed packages around every tree. */
export const treeSurroundings: Tree = {
  'package.json': manifest([], ['vitest', 'fast-check']),
  'shared/package.json': manifest(['typebox', 'mqtt']),
  'device/package.json': manifest(['typebox']),
  'cloud/package.json': manifest(['typebox', 'kysely', 'qrcode']),
  'provisioning/package.json': manifest([]),
  ...Object.assign({}, ...['vitest', 'fast-check', 'typebox', 'mqtt', 'kysely', 'qrcode'].map(packageFiles)),
};
