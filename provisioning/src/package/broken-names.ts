import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `require('./x')`, `from './x'`, `import './x'` and `import('./x')`: names of other files of the same package. */
const relativeNames = /(?:\brequire\(|\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"\n]*|\.{1,2})\1/g;
const endings = ['', '.js', '.cjs', '.mjs', '.json', '/index.js', '/index.cjs', '/index.mjs', '/index.json'];

/**
 * Names in code, but for native parts, that lead to a file of `modules`, and to none of its copy: something was left out that is needed. What
 * leads nowhere in `modules` either is an example in a comment.
 *
 * @param files of the copy, below it
 * @returns e.g. `yaml/dist/compose/composer.js names ../doc/Document.js`
 */
export function findBrokenNames(modules: string, copy: string, files: readonly string[]): readonly string[] {
  const broken: string[] = [];
  for (const file of files.filter((path) => /\.[cm]?js$/.test(path))) {
    for (const [, , name = ''] of readFileSync(join(copy, file), 'utf8').matchAll(relativeNames)) {
      const path = join(dirname(file), name);
      // Those for other machines are left out on purpose.
      if (name.endsWith('.node')) continue;
      if (!leadsToFile(copy, path) && leadsToFile(modules, path)) broken.push(`${file} names ${name}`);
    }
  }
  return broken;
}

const leadsToFile = (root: string, path: string): boolean =>
  endings.some((ending) => {
    const candidate = join(root, path + ending);
    return existsSync(candidate) && statSync(candidate).isFile();
  });
