import { basename, extname } from 'node:path';
import type { Target } from './targets.ts';

/** Folders at the top of a package that its program never reads; further down such a name may be code (yaml/dist/doc). */
const idleFolders = new Set([
  '.github',
  '__tests__',
  'bench',
  'benchmark',
  'benchmarks',
  'coverage',
  'doc',
  'docs',
  'example',
  'examples',
  'test',
  'tests',
]);
const idleEndings =
  /\.(map|md|markdown|ts|mts|cts|flow|tsbuildinfo|c|cc|cpp|h|hpp|gyp|gypi|mk|o|a|scss|html|yml|yaml)$/i;
/** Licences ask to go along with every copy. */
const licence = /^(licen[cs]e|copying|notice|copyright|ofl)/i;

/** Of large packages: what is used, where that is the smaller list, and what is not. */
const idlePaths: readonly RegExp[] = [
  // Other builds of the same code: Node takes `main`, or what `exports` gives to `import`.
  /^@zxing\/library\/(es2015|esm|esnext|umd)\//,
  /^zxing-wasm\/dist\/(full|writer|iife|miniprogram)\//,
  /^zxing-wasm\/dist\/(cjs|es)\/(full|writer)\//,
  /^mqtt\/(dist|help)\//,
  /^aedes\/docs\//,
  // Sources of native parts, and headers and tools of Node.
  /^better-sqlite3\/(deps|src)\//,
  /^(epoll|@serialport\/bindings-cpp)\/src\//,
  /^node-linux-(arm64|x64)\/(?!bin\/node$|LICENSE$|package\.json$)/,
  // Headers that native parts are compiled with.
  /^(nan|node-addon-api)\//,
  // Types only.
  /^(@types|type-fest)\//,
  /^@expo-google-fonts\/nanum-gothic-coding\/(?!(400Regular|700Bold)\/.*\.ttf$|package\.json$)/,
];

/**
 * Whether a file of node_modules goes into a release.
 *
 * @param path below `node_modules`, e.g. `fastify/lib/route.js`; a package within a package is judged by its own path
 */
export function isNeeded(path: string, target: Target): boolean {
  const own = path.split('node_modules/').at(-1) ?? path;
  const name = basename(own);
  if (idlePaths.some((pattern) => pattern.test(own))) return false;
  if (licence.test(name)) return true;
  if (name.startsWith('.') || idleEndings.test(name)) return false;
  const [top = ''] = own.split('/').slice(own.startsWith('@') ? 2 : 1, -1);
  if (idleFolders.has(top)) return false;
  return extname(name) !== '.node' || isBinaryFor(own, target);
}

/** Packages with binaries for many machines keep them in `prebuilds`, in a folder or file named after the machine. */
function isBinaryFor(path: string, { npmCpu }: Target): boolean {
  if (!path.includes('/prebuilds/')) return true;
  const machine = path.split('/prebuilds/')[1] ?? '';
  return /musl/.test(machine) ? false : machine.startsWith(`linux-${npmCpu}/`) || machine === `linux-${npmCpu}.node`;
}
