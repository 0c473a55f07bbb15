import { cardNumbersOfTheDay, receiptNumberOfTheDay } from './day.ts';
import { findDigits } from './find-bytes.ts';
import type { DayRow } from './rows.ts';
import type { Closing } from './settlement-day.ts';

/** What must hold after the day, whatever happened (DESIGN §8); every problem in a sentence. */
export function checkDay(dataDir: string, rows: readonly DayRow[], closing: Closing): string[] {
  const problems: string[] = [];
  if (rows.some((row) => row.outcome === 'FAILED')) problems.push('a step failed');
  for (const number of cardNumbersOfTheDay) {
    for (const { file, form } of findDigits(dataDir, number.replaceAll(' ', ''))) {
      problems.push(`a card number lies in ${file} (${form})`);
    }
  }
  for (const { file, form } of findDigits(dataDir, receiptNumberOfTheDay)) {
    problems.push(`a customer's number for a cash receipt lies in ${file} (${form})`);
  }
  for (const { company, balances } of closing.balances) {
    const sum = balances.reduce((total, { amountWon }) => total + amountWon, 0);
    if (sum !== 0) problems.push(`the books of ${company} do not balance: ${sum}`);
  }
  for (const [company, statements] of Object.entries(closing.statements)) {
    for (const { hop, state, payoutDate } of statements) {
      const isLater = payoutDate !== null && payoutDate > closing.businessDate;
      if (state !== (isLater ? 'approved' : 'paid')) problems.push(`${hop} at ${company} is ${state}, not paid`);
    }
  }
  return problems;
}
