import type { MerchantId, TransferId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { Transfer } from '../../ports/bank-transfer-file.ts';
import { createKoreanBulkTransfer } from './korean-bulk-transfer.ts';
import { readBulkTransfer } from './testing/read-bulk-transfer.ts';

const transferId = (n: number) => `019ab0c2-0000-7000-8000-0000000${n.toString(16).padStart(5, '0')}` as TransferId;

function transfer(n: number, changes: Partial<Transfer> & { holder?: string } = {}): Transfer {
  const { holder = '주식회사 속초밥상', ...rest } = changes;
  return {
    merchantId: `m-${n}` as MerchantId,
    account: { bankCode: '004', accountNumber: `0123456789${n}`, holder },
    amountWon: won(10_000 * n),
    transferId: transferId(n),
    memo: '스캔페이 1123',
    ...rest,
  };
}

async function* each(transfers: Iterable<Transfer>): AsyncGenerator<Transfer> {
  yield* transfers;
}

async function write(transfers: Iterable<Transfer>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of createKoreanBulkTransfer().write(each(transfers))) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('createKoreanBulkTransfer', () => {
  it('writes a row per transfer in CP949, and ends with count and sum', async () => {
    const bytes = await write([transfer(1), transfer(2)]);
    expect(iconv.decode(bytes, 'cp949')).toBe(
      [
        '입금은행코드,입금계좌번호,이체금액,예금주,받는통장표시내용,내통장표시내용',
        '004,01234567891,10000,주식회사 속초밥상,스캔페이 1123,정산 00000001',
        '004,01234567892,20000,주식회사 속초밥상,스캔페이 1123,정산 00000002',
        '합계,2,30000,,,',
        '',
      ].join('\r\n'),
    );
    expect(readBulkTransfer(bytes)).toMatchObject({ count: 2, sumWon: 30_000 });
  });

  it('writes the same bytes for the same transfers', async () => {
    const transfers = Array.from({ length: 300 }, (_, at) => transfer(at + 1));
    expect((await write(transfers)).equals(await write(transfers))).toBe(true);
    expect(readBulkTransfer(await write(transfers))).toMatchObject({ count: 300, sumWon: (10_000 * 300 * 301) / 2 });
  });

  it('has a trailer that tells a file that is not whole', async () => {
    const bytes = await write([transfer(1), transfer(2)]);
    const rows = iconv.decode(bytes, 'cp949').split('\r\n');
    const without = (at: number) => iconv.encode(rows.toSpliced(at, 1).join('\r\n'), 'cp949');
    expect(() => readBulkTransfer(without(1))).toThrow('1 of 2');
    expect(() => readBulkTransfer(without(3))).toThrow('no trailer');
    const altered = iconv.encode(rows.join('\r\n').replace(',10000,', ',10001,'), 'cp949');
    expect(() => readBulkTransfer(altered)).toThrow('30001 of 30000');
  });

  it('says so when there is nothing to pay', async () => {
    expect(readBulkTransfer(await write([]))).toMatchObject({ count: 0, sumWon: 0 });
  });

  it.each([
    ['=HYPERLINK("http://x","밥상")', 'HYPERLINK("http://x","밥상")'],
    ['+-@＝cmd', 'cmd'],
    ["'=1+1", '1+1'],
    ['밥상😀, "속초"\r\n004,1', '밥상?, "속초" 004,1'],
    ['\u202E속초שלום', '속초????'],
    [`${'가'.repeat(19)}ab가`, `${'가'.repeat(19)}ab`],
    ['가'.repeat(5_000), '가'.repeat(20)],
    ['\u1109\u1169\u11A8초 똠방각하 펲시', '속초 똠방각하 펲시'],
  ])('writes the holder %j as %j', async (holder, written) => {
    const { transfers } = readBulkTransfer(await write([transfer(1, { holder })]));
    expect(transfers).toEqual([['004', '01234567891', '10000', written, '스캔페이 1123', '정산 00000001']]);
  });

  it('cuts what a passbook does not print', async () => {
    const memo = '스캔페이 정산 11월 23일';
    const { transfers } = readBulkTransfer(await write([transfer(1, { memo })]));
    expect(transfers[0]?.slice(4)).toEqual(['스캔페이 정산', '정산 00000001']);
    for (const text of transfers[0]?.slice(4) ?? []) expect(iconv.encode(text, 'cp949').length).toBeLessThanOrEqual(14);
  });

  it('takes nothing that is not a payment', async () => {
    await expect(write([transfer(1, { amountWon: won(0) })])).rejects.toMatchObject({ code: 'internal' });
    await expect(write([transfer(1, { amountWon: won(-5) })])).rejects.toMatchObject({ code: 'internal' });
  });
});
