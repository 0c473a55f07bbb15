import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeAsyncApi } from './asyncapi.ts';
import { makeBoxOpenApi, makeCompanyOpenApis, makeSetUpOpenApi } from './openapi.ts';

/** Writes the generated documents, or with `--check` tells which differ from what is checked in (exit code 1). */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const { operator, enrolment, pg, card } = await makeCompanyOpenApis();
const documents: Record<string, object> = {
  'shared/docs/asyncapi.json': makeAsyncApi('1.0.0'),
  'cloud/docs/openapi-operator.json': operator,
  'cloud/docs/openapi-operator-enrolment.json': enrolment,
  'cloud/docs/openapi-pg.json': pg,
  'cloud/docs/openapi-card.json': card,
  'device/docs/openapi-box.json': await makeBoxOpenApi(),
  'device/docs/openapi-box-set-up.json': await makeSetUpOpenApi(),
};

const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
const stale = Object.entries(documents).filter(([path, document]) => {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (values.check === true) return readOrEmpty(root + path) !== text;
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, text);
  return false;
});
for (const [path] of stale) console.error(`${path} is not what the schemas say: run npm run docs`);
process.exit(stale.length === 0 ? 0 : 1);

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
