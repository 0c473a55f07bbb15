import { accept, type Result, refuse } from '../errors.ts';
import { createParser } from '../schema.ts';
import type { ResolveKey } from '../wire/envelope.ts';
import { digestLines, isSameDigest, lineText } from './lines-digest.ts';
import { type OpenedStatement, openStatement } from './signed-statement.ts';
import { type StatementLine, StatementLineSchema } from './statement.ts';

/** A statement together with its lines, as a terminal gets it: the JWS, then one line of canonical JSON per line. */
export function makeStatementText(jws: string, lines: Iterable<StatementLine>): string {
  let text = `${jws}\n`;
  for (const line of lines) text += `${lineText(line)}\n`;
  return text;
}

export interface StatementWithLines extends OpenedStatement {
  lines: StatementLine[];
}

const parseLine = createParser(StatementLineSchema);

/**
 * Codes: signature_invalid (also when the lines are not those that were signed), invalid_input. `resolveKey` must know
 * only the keys of the sender one expects.
 */
export async function openStatementText(text: string, resolveKey: ResolveKey): Promise<Result<StatementWithLines>> {
  const [jws = '', ...rest] = text.split('\n');
  const opened = await openStatement(jws, resolveKey);
  if (!opened.ok) return opened;
  const lines: StatementLine[] = [];
  for (const lineJson of rest.filter((each) => each !== '')) {
    const line = parseLine(parseJson(lineJson));
    if (!line.ok) return line;
    lines.push(line.value);
  }
  if (!isSameDigest(digestLines(lines), opened.value.statement)) {
    return refuse('signature_invalid', 'the lines are not those that were signed');
  }
  return accept({ ...opened.value, lines });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
