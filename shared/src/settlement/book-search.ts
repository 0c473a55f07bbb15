import type { BusinessDate } from '../clock.ts';
import { accept, type Result, refuse } from '../errors.ts';
import { idPattern } from '../ids.ts';
import { type Won, won } from '../money.ts';
import { isReceiptCode, parseReceiptCode } from '../receipt/receipt-code.ts';

/**
 * What somebody looks for in a book: a whole number, as slips, statements and files have it; or what he has of one
 * business date: an amount, or the last eight digits, as pages and passbooks show a number. Eight digits may be both.
 */
export type BookSearch =
  | { kind: 'number'; id: string }
  | { kind: 'of-date'; businessDate: BusinessDate; amountWon: Won | null; ending: string | null };

const uuid = new RegExp(idPattern.uuidV7);
const endingPattern = /^[0-9a-f]{8}$/;
const amountPattern = /^[0-9]{1,3}(,[0-9]{3})+$|^[0-9]{1,15}$/;

/**
 * Reads what was typed, scanned or pasted: the code on a receipt (`SR1:…`), the number of a payment, cancel, statement
 * or transfer, an amount (`54,000원`, `-2160`), or an ending (`…9f3a2b1c`, `정산 9f3a2b1c`). Code:
 * invalid_input.
 */
export function parseBookSearch(text: string, businessDate?: BusinessDate): Result<BookSearch> {
  const plain = text.trim();
  if (isReceiptCode(plain)) {
    const read = parseReceiptCode(plain);
    return read.ok ? accept({ kind: 'number', id: read.value }) : refuse('invalid_input', read.detail);
  }
  const lower = plain.toLowerCase();
  if (uuid.test(lower)) return accept({ kind: 'number', id: lower });
  const ending = lower.replace(/^(정산\s*|…|\.{3})/, '');
  const amount = lower.replace(/\s*(원|won|krw)$/, '').replace(/^[-−–]\s*/, '');
  const amountWon = amountPattern.test(amount) ? won(Number(amount.replaceAll(',', ''))) : won(0);
  const found = { amountWon: amountWon > 0 ? amountWon : null, ending: endingPattern.test(ending) ? ending : null };
  if (found.amountWon === null && found.ending === null)
    return refuse('invalid_input', 'neither a number nor an amount');
  if (businessDate === undefined) return refuse('invalid_input', 'an amount, or the end of a number, needs a date');
  return accept({ kind: 'of-date', businessDate, ...found });
}
