import { existsSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * A source as Node runs it, without its types: the same stripping that Node does at each start, done once. Types become
 * blanks and `.ts` becomes `.js`, so line and column in a stack trace are those of the source.
 *
 * @param path absolute; names of other sources in the text are found from here
 * @throws Error of Node when the source is not erasable TypeScript.
 */
export function stripTypes(path: string, source: string): string {
  return renameSources(path, stripTypeScriptTypes(source, { mode: 'strip' }));
}

/** Every string that names another source, be it of an import, a worker or a program to run. */
function renameSources(path: string, code: string): string {
  const parsed = ts.createSourceFile(`${path}.js`, code, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  let renamed = code;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && namesSource(path, node.text)) {
      const closingQuote = node.end - 1;
      renamed = `${renamed.slice(0, closingQuote - 3)}.js${renamed.slice(closingQuote)}`;
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return renamed;
}

function namesSource(path: string, text: string): boolean {
  if (!text.endsWith('.ts')) return false;
  return text.startsWith('@scanpay/') || existsSync(join(dirname(path), text));
}
