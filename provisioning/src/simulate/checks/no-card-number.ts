import { formsOfDigits } from '../../demo/find-bytes.ts';
import { cardNumbers } from '../cloud/issue-coupons.ts';
import type { Check, Report } from './check.ts';

/** DESIGN §8.5: no card number in clear in any message, log or database; only from PG to card company. */
export const noCardNumber: Check = {
  name: 'no-card-number',
  rule: '§8.5',
  claim: 'no card number in clear in any message, log, receipt or database',
  onText(source, text, report) {
    for (const digits of cardNumbers) {
      if (text.includes(digits)) report(null, `a card number in ${source}`);
    }
  },
  atRest({ books, journals }, report) {
    for (const [company, book] of Object.entries(books)) findIn(book.serialize(), `the database of ${company}`, report);
    for (const [deviceId, journal] of journals) findIn(journal.serialize(), `the journal of ${deviceId}`, report);
  },
};

const forms = cardNumbers.flatMap(formsOfDigits);

function findIn(bytes: Buffer, place: string, report: Report): void {
  for (const { form, bytes: digits } of forms) {
    if (bytes.includes(digits)) report(null, `a card number (${form}) in ${place}`);
  }
}
