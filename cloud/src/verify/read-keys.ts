import { readFileSync } from 'node:fs';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { importVerifyKeys, VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type from 'typebox';
import type { Company } from '../ports/ledger.ts';

const keys = Type.Array(VerifyJwkSchema, { minItems: 1, maxItems: 16 });
/** Former keys too: what was signed with them is still to be checked. */
const PublicKeysSchema = Type.Object({ card: keys, pg: keys, operator: keys });
const parsePublicKeys = createParser(PublicKeysSchema);

/** @throws ScanPayError `configuration`, naming the file and what is wrong with it. */
export function readPublicKeys(path: string): Record<Company, ResolveKey> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ScanPayError('configuration', `${path}: ${(error as Error).message}`);
  }
  const parsed = parsePublicKeys(content);
  if (!parsed.ok) throw new ScanPayError('configuration', `${path}: ${parsed.detail}`);
  const resolve = (company: Company): ResolveKey => {
    const known = importVerifyKeys(parsed.value[company]);
    return (kid) => known.get(kid);
  };
  return { card: resolve('card'), pg: resolve('pg'), operator: resolve('operator') };
}
