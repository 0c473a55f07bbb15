import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { expect, it } from 'vitest';
import { useCounterPage } from './testing/counter-page.ts';

const test = useCounterPage();
const press = async (keys: string[]) => {
  for (const key of keys) await test.page.locator(`[data-key="${key}"]`).click();
};

it('asks with cash alone whom the cash receipt names, and types the number with its own keys', async () => {
  const { page } = test;
  expect(await page.locator('#cash-receipt').isVisible()).toBe(false);
  await page.locator('label:has(input[value="cash"])').click();
  await press(['6', '8', '00', '0']);
  await page.locator('label:has(input[value="income-deduction"])').click();
  await page.locator('#sale-start').click();
  expect(await page.locator('#sale-problem').textContent()).toContain(
    '휴대폰 번호나 현금영수증 카드번호를 입력하세요.',
  );
  await press([...'01012345679', 'erase', '8']);
  expect(await page.locator('#receipt-number').inputValue()).toBe('010-1234-5678');
  expect(await page.locator('#amount').inputValue()).toBe('68,000');
  await page.locator('#sale-start').click();
  await test.expectLastCall({
    what: 'enterSale',
    with: [
      {
        tender: 'cash',
        listAmountWon: 68_000,
        headcount: 1,
        cashReceipt: { purpose: 'income-deduction', number: '010-1234-5678' },
      },
    ],
  });
  // The form is as new for the next customer.
  await page.locator('#cash-receipt').waitFor({ state: 'hidden' });
  expect(await page.locator('#receipt-number').inputValue()).toBe('');
});

it('groups a business number, says which number is wrong, and offers nothing where none is issued', async () => {
  const { page, box } = test;
  await page.locator('label:has(input[value="cash"])').click();
  await press(['1', '00', '00']);
  await page.locator('label:has(input[value="business-expense"])').click();
  await press([...'1248100999']);
  expect(await page.locator('#receipt-number').inputValue()).toBe('124-81-00999');
  box.refuseNext('cash_receipt_number_invalid');
  await page.locator('#sale-start').click();
  await page.locator('#sale-problem', { hasText: '현금영수증 번호가 올바르지 않습니다' }).waitFor();
  expect(await page.locator('#receipt-number').inputValue()).toBe('124-81-00999');
  expect(await findBarriers(page)).toEqual([]);
  box.show({ takesCashReceipts: false });
  await page.locator('#cash-receipt').waitFor({ state: 'hidden' });
});
