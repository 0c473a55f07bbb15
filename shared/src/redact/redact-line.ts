import { parseCardNumber, writtenNumber } from '../auth-barcode/card-number.ts';

/** Members that hold a person's data wherever they appear, whatever their text is. */
const personalMembers: ReadonlySet<string> = new Set([
  'name',
  'customername',
  'customernamemasked',
  'mobile',
  'phone',
  'address',
  'card',
  'cardnumber',
  'cardbox',
  'barcode',
  'authnumber',
  'password',
  'token',
  'secret',
  'd',
]);

const replacement = '[removed]';

/** Korean mobile numbers, coupons, claims, signed texts (JWS) and keys (PEM), wherever they stand in a text. */
const patterns: readonly RegExp[] = [
  /(?<!\d)(?:\+?82[ -]?1|01)[016789][ -]?\d{3,4}[ -]?\d{4}(?!\d)/gu,
  /S[PC]1:[0-9A-Z $%*+./:-]+/gu,
  /eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}/gu,
  /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/gu,
];

export interface RedactedLine {
  text: string;
  /** Something was taken out. */
  changed: boolean;
}

/**
 * A line of a log without card numbers and personal data. The log is never given any; this is the second belt, before
 * lines leave the box.
 */
export function redactLine(line: string): RedactedLine {
  const text = redactMembers(line);
  return { text, changed: text !== line };
}

function redactMembers(line: string): string {
  const data = parseObject(line);
  return data === undefined ? redactText(line) : JSON.stringify(walk(data));
}

/** Only a line that is written back exactly as it was, so that nothing counts as changed that is not. */
function parseObject(line: string): object | undefined {
  try {
    const data: unknown = JSON.parse(line);
    return typeof data === 'object' && data !== null && JSON.stringify(data) === line ? data : undefined;
  } catch {
    return undefined;
  }
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  // A time in milliseconds has 13 digits too, and begins with 1; no card that a customer holds does.
  if (typeof value === 'number') return /^[2-9]/u.test(String(value)) && isCard(String(value)) ? replacement : value;
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, held]) => [
      redactText(member),
      personalMembers.has(member.toLowerCase()) && held !== null ? replacement : walk(held),
    ]),
  );
}

const isCard = (text: string): boolean => parseCardNumber(text).ok;

function redactText(text: string): string {
  const withoutCards = text.replace(writtenNumber, (written) => (isCard(written) ? replacement : written));
  return patterns.reduce((rest, pattern) => rest.replace(pattern, replacement), withoutCards);
}
