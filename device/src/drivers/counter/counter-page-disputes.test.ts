import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { describe, expect, it } from 'vitest';
import type { StatementRecord } from '../../ports/journal.ts';
import { useCounterPage } from './testing/counter-page.ts';
import { nowMs, statements } from './testing/examples.ts';

const faulty = statements[1]!;
const { statementId } = faulty.statement;
/** 61,200 won for the operator and 61,300 for the box; and a cash sale that the box has not. */
const [changed, missing] = faulty.faults;
const nameOf = (fault: typeof changed) => {
  const { kind, paymentId, cancelId } = (fault!.theirs ?? fault!.ours)!;
  return { kind, paymentId, cancelId };
};

describe('counter page: a statement that differs', () => {
  const test = useCounterPage();

  async function open(record: StatementRecord) {
    const { page, box } = test;
    box.setStatements([record]);
    await page.click('#open-statements');
    const card = page.locator(`[data-statement="${statementId}"]`);
    await card.waitFor();
    return card;
  }

  it('shows both versions of each line in the words of a shop, and disputes only when told twice', async () => {
    const { page, box, expectLastCall, problems } = test;
    const card = await open(faulty);
    expect(await card.locator('.verdict').textContent()).toBe('이 단말기의 기록과 다른 거래가 2건 있습니다.');
    const bodies = card.locator('.table-frame tbody');
    expect(await bodies.count()).toBe(2);
    const [first, second] = await bodies.allTextContents();
    expect(first).toMatch(/^운영사매출 · 카드.*61,200원.*이 단말기매출 · 카드.*61,300원/u);
    expect(first).toMatch(/정산 금액이 운영사 기록에서 \d+원 더 적습니다\.$/u);
    expect(second).toMatch(/이 단말기기록 없음운영사 기록에만 있는 거래입니다\.$/u);
    // Nothing to take before it is disputed.
    expect(await card.getByRole('button').allTextContents()).toEqual(['이의 제기']);
    await card.getByRole('button', { name: '이의 제기' }).press('Enter');
    expect(await page.locator('.ask').textContent()).toContain('해결될 때까지 그 거래는 지급되지 않습니다');
    expect(await findBarriers(page)).toEqual([]);
    // The keyboard stands on "no".
    await page.keyboard.press('Enter');
    expect(box.calls).toEqual([]);
    await card.getByRole('button', { name: '이의 제기' }).press('Enter');
    await page.click('#ask-yes');
    await expectLastCall({ what: 'answerStatement', with: [statementId, 'disputed'] });
    await page.click('#language');
    await expect.poll(() => card.textContent()).toContain('2 lines differ from the records of this box.');
    await expect.poll(() => bodies.first().textContent()).toMatch(/less is payable by the record of Operator\.$/u);
    expect(problems).toEqual([]);
  });

  it('takes the operator’s version of a line, says what that means for the money, and shows how it goes on', async () => {
    const { page, box, expectLastCall, problems } = test;
    const disputed = { ...faulty, state: 'part-paid', answer: 'disputed' } as const;
    const card = await open(disputed);
    const end = (fault: typeof changed) => card.locator(`[data-line="${nameOf(fault).paymentId}"]`);
    await end(missing).getByRole('button', { name: '운영사 기록 인정' }).press('Enter');
    const feeWon = -missing!.theirs!.payableWon;
    expect(await page.locator('.ask').textContent()).toContain(`${feeWon}원을 다음 지급에서 뺍니다.`);
    await page.keyboard.press('Escape');
    expect(box.calls).toEqual([]);
    await end(changed).getByRole('button', { name: '운영사 기록 인정' }).press('Enter');
    const amount = changed!.theirs!.payableWon.toLocaleString('en-US');
    expect(await page.locator('.ask').textContent()).toContain(`${amount}원을 다음 지급에 더합니다.`);
    expect(await findBarriers(page)).toEqual([]);
    await page.click('#ask-yes');
    await expectLastCall({ what: 'acceptLine', with: [statementId, nameOf(changed)] });

    // On its way; then settled, as the operator's list says.
    box.setStatements([{ ...disputed, accepting: [nameOf(changed)] }]);
    await expect.poll(() => end(changed).textContent()).toContain('인정 전송 중');
    expect(await end(changed).getByRole('button').count()).toBe(0);
    const settled = {
      line: nameOf(changed),
      by: 'm-sokcho-table',
      outcome: 'accepted',
      agreed: changed!.theirs,
      note: '',
      actedAtMs: nowMs,
      state: 'settled',
    } as const;
    const corrected = {
      ...settled,
      line: nameOf(missing),
      by: 'operator',
      outcome: 'corrected',
      agreed: null,
    } as const;
    box.setStatements([{ ...disputed, settled: [settled, { ...corrected, note: '확인함' }] }]);
    await expect.poll(() => end(changed).textContent()).toContain(`정리됨우리 가게상대 금액 인정${amount}원`);
    expect(await end(missing).textContent()).toContain('정리됨운영사거래 철회0원');
    expect(await end(missing).textContent()).toContain('확인함');
    expect(await findBarriers(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('says at its foot why the box would not take it, and leaves the button', async () => {
    const { page, box } = test;
    const card = await open({ ...faulty, state: 'disputed', answer: 'disputed' });
    box.refuseNext('payment_state');
    const button = card.getByRole('button', { name: '운영사 기록 인정' }).first();
    await button.click();
    await page.click('#ask-yes');
    await expect.poll(() => page.locator('#notice').textContent()).toContain('payment_state');
    expect(await button.isEnabled()).toBe(true);
  });

  it('warns before a statement is disputed that agrees line by line', async () => {
    const { page, box } = test;
    const agreed = statements[0]!;
    box.setStatements([agreed]);
    await page.click('#open-statements');
    await page.getByRole('button', { name: '이의 제기' }).click();
    expect(await page.locator('.ask').textContent()).toContain('정산서 전체가 지급되지 않고');
  });

  it('tells two statements of one date apart by the day they are paid, on a phone too', async () => {
    const { page, box } = test;
    const [one, other] = [statements[0]!, statements[3]!].map((record, at) => ({
      ...record,
      statement: { ...record.statement, businessDate: faulty.statement.businessDate, payoutDate: payoutDates[at]! },
    }));
    await page.setViewportSize({ width: 360, height: 740 });
    box.setStatements([one!, other!]);
    await page.click('#open-statements');
    const heads = page.locator('#statements .row-title');
    await expect.poll(() => heads.count()).toBe(2);
    const texts = await heads.allTextContents();
    expect(texts[0]).toContain('11월 24일');
    expect(texts[1]).toContain('11월 30일');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    // Sales, fees, and the cash in the till make up what is paid, as on the slip.
    const facts = await page.locator('#statements .facts').first().textContent();
    const { chargedWon, feeWon, payableWon } = one!.statement.totals;
    expect(facts).toContain(`− 현금 보유분${(chargedWon - feeWon - payableWon).toLocaleString('en-US')}원`);
  });
});

const payoutDates = ['2026-11-24', '2026-11-30'] as (typeof faulty.statement.payoutDate)[];
