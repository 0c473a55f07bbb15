import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import {
  type BookedEvent,
  makeStatementLines,
  type Statement,
  type StatementLine,
} from '@scanpay/shared/settlement/statement.ts';
import { maxFaults, wholeFault } from '@scanpay/shared/settlement/statement-faults.ts';
import { dayOfEvents, event } from '@scanpay/shared/settlement/testing/day-of-events.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StatementSenderApi } from '../../ports/peers.ts';
import { day } from '../../roles/settle/testing/payment-day.ts';
import { findFaults } from './find-faults.ts';

/** A book that gives its payments in pages of so many. */
const bookOf = (events: readonly BookedEvent[], paymentsPerPage: number) => ({
  async readEvents(_scope: unknown, after: PaymentId | null) {
    const left = [...new Set(events.map(({ paymentId }) => paymentId))].sort().filter((id) => id > (after ?? ''));
    const page = new Set(left.slice(0, paymentsPerPage));
    const next = left.length > paymentsPerPage ? (left[paymentsPerPage - 1] ?? null) : null;
    return { events: events.filter(({ paymentId }) => page.has(paymentId)), next };
  },
});

/** Shows lines in pages of so many payments, and counts how often it was asked. */
function senderOf(
  lines: readonly StatementLine[],
  perPage: number,
): Pick<StatementSenderApi, 'readLines'> & { asked: number } {
  const sender = {
    asked: 0,
    async readLines(_id: StatementId, after: PaymentId | null) {
      sender.asked += 1;
      const left = [...new Set(lines.map(({ paymentId }) => paymentId))].filter((id) => id > (after ?? ''));
      const page = new Set(left.slice(0, perPage));
      const next = left.length > perPage ? (left[perPage - 1] ?? null) : null;
      return accept({ lines: lines.filter(({ paymentId }) => page.has(paymentId)), next });
    },
  };
  return sender;
}

const state = (events: readonly BookedEvent[]): { statement: Statement; lines: StatementLine[] } =>
  makeStatement({
    statementId: '019ab0c2-0000-7000-8000-000000000001' as StatementId,
    ...{ hop: 'S14', sender: 'pg', receiver: 'operator', deviceId: null, businessDate: day, events },
  });
const keyed = (faults: readonly { theirs: StatementLine | null; ours: StatementLine | null }[]) =>
  faults.map((fault) => JSON.stringify(fault)).sort();

describe('findFaults', () => {
  it('asks for no lines where both sides say the same', async () => {
    const events = [event(1, 'sale', 'card', 1_000), event(2, 'sale', 'cash', 2_000)];
    const { statement, lines } = state(events);
    const sender = senderOf(lines, 1);
    expect(await findFaults(bookOf(events, 1), sender, statement)).toEqual([]);
    expect(sender.asked).toBe(0);
  });

  it('names just the lines that differ, whatever the pages on either side', async () => {
    const pages = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(dayOfEvents, fc.array(fc.nat(39)), pages, pages, async (events, dropped, theirPage, ownPage) => {
        const own = events.filter(
          ({ paymentId }) => !dropped.some((n) => paymentId === event(n, 'sale', 'card', 1).paymentId),
        );
        const { statement, lines } = state(events);
        const ours = new Set(makeStatementLines('S14', own).map((line) => JSON.stringify(line)));
        const expected = lines
          .filter((line) => !ours.has(JSON.stringify(line)))
          .map((theirs) => ({ theirs, ours: null }));
        const found = await findFaults(bookOf(own, ownPage), senderOf(lines, theirPage), statement);
        expect(keyed(found)).toEqual(keyed(expected));
        // And the other way round: what the sender left out.
        const short = state(own);
        const missing = await findFaults(bookOf(events, ownPage), senderOf(short.lines, theirPage), short.statement);
        expect(keyed(missing)).toEqual(keyed(expected.map(({ theirs }) => ({ theirs: null, ours: theirs }))));
      }),
    );
  });

  it('finds the whole at fault when other lines are shown than were signed', async () => {
    const { statement } = state([event(1, 'sale', 'card', 1_000), event(2, 'sale', 'card', 2_000)]);
    const { lines } = state([event(1, 'sale', 'card', 1_001)]);
    expect(await findFaults(bookOf([event(1, 'sale', 'card', 1_000)], 9), senderOf(lines, 9), statement)).toEqual([
      wholeFault,
    ]);
  });

  it('finds the whole at fault when lines come out of order, or without end', async () => {
    const own = bookOf([event(1, 'sale', 'card', 1_000)], 9);
    const { statement, lines } = state([event(1, 'sale', 'card', 1_000), event(2, 'sale', 'card', 2_000)]);
    const backwards = { readLines: async () => accept({ lines: lines.toReversed(), next: null }) };
    expect(await findFaults(own, backwards, statement)).toEqual([wholeFault]);
    const endless = { readLines: async () => accept({ lines: [], next: lines[0]?.paymentId ?? null }) };
    expect(await findFaults(own, endless, statement)).toEqual([wholeFault]);
  });

  it('stops counting at the limit', async () => {
    const events = Array.from({ length: maxFaults.S14 + 500 }, (_, n) => event(n, 'sale', 'card', 1_000));
    const { statement, lines } = state([]);
    expect(await findFaults(bookOf(events, 100), senderOf(lines, 100), statement)).toHaveLength(maxFaults.S14);
  });

  it('decides nothing while the sender cannot be asked, and disputes what it does not know', async () => {
    const { statement } = state([event(1, 'sale', 'card', 1_000)]);
    const answering = (reply: Result<never>) => ({ readLines: async () => reply });
    await expect(findFaults(bookOf([], 9), answering(refuse('rate_limited')), statement)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(await findFaults(bookOf([], 9), answering(refuse('not_found')), statement)).toEqual([wholeFault]);
  });
});
