import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeTree } from '../setup/testing/write-tree.ts';
import { findBrokenNames } from './broken-names.ts';

it('finds what was left out of a package and is named by what was not', () => {
  const index = `
    var doc = require('./doc/document');
    import helper from "../lib/helper.mjs";
    const late = import('./late.js');
    // as in require('./your-own-file')
    require('./kept'); require('other/doc');
  `;
  const all = {
    'a/dist/doc/document.js': '',
    'a/lib/helper.mjs': '',
    'a/dist/late.js': '',
    'a/dist/kept/index.js': '',
  };
  const root = writeTree({
    'modules/a/dist/index.js': index,
    ...Object.fromEntries(Object.entries(all).map(([path, text]) => [`modules/${path}`, text])),
    'copy/a/dist/index.js': index,
    'copy/a/dist/kept/index.js': '',
  });
  expect(
    findBrokenNames(join(root, 'modules'), join(root, 'copy'), ['a/dist/index.js', 'a/dist/kept/index.js']),
  ).toEqual([
    'a/dist/index.js names ./doc/document',
    'a/dist/index.js names ../lib/helper.mjs',
    'a/dist/index.js names ./late.js',
  ]);
});
