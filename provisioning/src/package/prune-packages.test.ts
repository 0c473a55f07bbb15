import { expect, it } from 'vitest';
import { isNeeded } from './prune-packages.ts';
import { findTarget, type Target } from './targets.ts';

const arm64 = findTarget('arm64') as Target;

it.each([
  'fastify/fastify.js',
  'fastify/LICENSE',
  'fastify/package.json',
  'a/node_modules/b/index.js',
  '@img/sharp-linux-arm64/lib/sharp-linux-arm64-0.35.5.node',
  'better-sqlite3/prebuilds/linux-arm64.node',
  '@serialport/bindings-cpp/prebuilds/linux-arm64/@serialport+bindings-cpp.glibc.node',
  '@expo-google-fonts/nanum-gothic-coding/700Bold/NanumGothicCoding_700Bold.ttf',
  '@zxing/library/cjs/index.js',
  'zxing-wasm/dist/reader/zxing_reader.wasm',
  // Not folders of tests and documents: code of that name.
  'some/lib/test.js',
  'yaml/dist/doc/Document.js',
])('keeps %s', (path) => expect(isNeeded(path, arm64)).toBe(true));

it.each([
  'fastify/test/route.test.js',
  'fastify/docs/Guides/Index.md',
  'fastify/fastify.d.ts',
  'fastify/lib/route.js.map',
  'a/node_modules/b/README.md',
  'better-sqlite3/deps/sqlite3/sqlite3.c',
  'better-sqlite3/prebuilds/linux-x64.node',
  'better-sqlite3/prebuilds/linuxmusl-arm64.node',
  '@serialport/bindings-cpp/prebuilds/linux-arm/@serialport+bindings-cpp.armv7.node',
  '@serialport/bindings-cpp/prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node',
  '@expo-google-fonts/nanum-gothic-coding/font-family.png',
  '@zxing/library/umd/index.min.js',
  'nan/nan.h',
  '@types/node/fs.d.ts',
])('leaves out %s', (path) => expect(isNeeded(path, arm64)).toBe(false));
