import { accept, type Result, refuse } from '../errors.ts';
import type { StatementId } from '../ids.ts';
import { sha256Base64Url } from '../wire/envelope.ts';
import { maxStatementParts, type StatementPart, statementPartChars } from './statement-part.ts';

/**
 * Statements a box puts together at the same time, as many as the operator sends at once: a date has one for each payout
 * date. The one longest untouched gives way.
 */
const maxStatementsInAssembly = 8;

/** `text`: see `makeStatementText`. Code: too_large. */
export function splitStatementText(
  statement: { statementId: StatementId; sha256: string },
  text: string,
): Result<StatementPart[]> {
  const parts = Math.ceil(text.length / statementPartChars);
  if (parts > maxStatementParts) {
    return refuse('too_large', `${parts} parts, at most ${maxStatementParts}`);
  }
  const textSha256 = sha256Base64Url(text);
  return accept(
    Array.from({ length: parts }, (_, index) => ({
      statementId: statement.statementId,
      statementSha256: statement.sha256,
      textSha256,
      part: index + 1,
      parts,
      textPart: text.slice(index * statementPartChars, (index + 1) * statementPartChars),
    })),
  );
}

/** Puts the parts of statements together again, in whatever order and however often they come. */
export interface StatementAssembler {
  /**
   * The whole text once its last part is in, else null. Its hash is checked; its signature is the caller's to check.
   * Codes: invalid_input (numbering), signature_invalid (the parts do not make the text that was hashed).
   */
  add(part: StatementPart): Result<string | null>;
}

export function createStatementAssembler(): StatementAssembler {
  /** By hash of the whole, in order of last use. */
  const assemblies = new Map<string, Map<number, string>>();
  return {
    add({ textSha256, part, parts, textPart }) {
      if (part > parts) return refuse('invalid_input', `/part: ${part} of ${parts}`);
      const key = `${textSha256}/${parts}`;
      const received = assemblies.get(key) ?? new Map<number, string>();
      received.set(part, textPart);
      assemblies.delete(key);
      if (received.size < parts) {
        assemblies.set(key, received);
        dropOldest(assemblies);
        return accept(null);
      }
      const text = Array.from({ length: parts }, (_, index) => received.get(index + 1) ?? '').join('');
      if (sha256Base64Url(text) !== textSha256) return refuse('signature_invalid', 'parts do not fit their hash');
      return accept(text);
    },
  };
}

function dropOldest(assemblies: Map<string, unknown>): void {
  const [oldest] = assemblies.keys();
  if (assemblies.size > maxStatementsInAssembly && oldest !== undefined) assemblies.delete(oldest);
}
