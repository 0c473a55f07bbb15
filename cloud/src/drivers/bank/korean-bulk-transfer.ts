import { ScanPayError } from '@scanpay/shared/errors.ts';
import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import type { BankTransferFile, Transfer } from '../../ports/bank-transfer-file.ts';

/**
 * The columns of a 대량이체 (bulk transfer) upload, in order. Korean banks have no common format: each business banking
 * site offers a sheet of its own, and the sheets agree in what they ask for, not in its names and order. Hana's, for one,
 * goes 입금은행, 입금계좌번호, 입금액, 예상예금주, 입금통장표시, 출금통장표시, and then optional ones; others say 받는통장표시내용
 * and 내통장표시내용 for the last two, as here. Not tried at a bank's site yet: most let one assign the columns at the upload.
 *
 * | column           | what                                                             |
 * | ---------------- | ---------------------------------------------------------------- |
 * | 입금은행코드     | three digits (금융기관 공동코드, by 금융결제원)                    |
 * | 입금계좌번호     | digits only                                                      |
 * | 이체금액         | won, digits only                                                 |
 * | 예금주           | what the bank compares with its own record                       |
 * | 받는통장표시내용 | in the merchant's passbook, at most 14 bytes (7 Hangul)          |
 * | 내통장표시내용   | in the operator's: the statement, by the last digits of its id   |
 *
 * The last row is 합계, count and sum, in the first three columns. A bank whose upload takes no such row, or a
 * spreadsheet only, needs a driver of its own.
 */
const header = ['입금은행코드', '입금계좌번호', '이체금액', '예금주', '받는통장표시내용', '내통장표시내용'];

/** What a passbook prints, in bytes of CP949. */
const passbookBytes = 14;
/** Longest holder's name, likewise. */
const holderBytes = 40;
const charset = 'cp949';

/** CP949 (what browsers call euc-kr), comma separated, CRLF: what Korean Excel and the banks' uploads read. */
export function createKoreanBulkTransfer(): BankTransferFile {
  return {
    contentType: 'text/csv; charset=euc-kr; header=present',
    extension: 'csv',
    async *write(transfers) {
      let count = 0;
      let sumWon = 0;
      yield toBytes(header);
      for await (const transfer of transfers) {
        const { amountWon, account, memo } = transfer;
        if (amountWon <= 0) throw new ScanPayError('internal', `a transfer of ${amountWon} won`);
        count += 1;
        sumWon += amountWon;
        const { bankCode, accountNumber, holder } = account;
        const texts = [fitBytes(holder, holderBytes), fitBytes(memo, passbookBytes), nameTransfer(transfer)];
        yield toBytes([bankCode, accountNumber, String(amountWon), ...texts]);
      }
      yield toBytes(['합계', String(count), String(sumWon), '', '', '']);
    },
  };
}

const toBytes = (cells: string[]): Buffer => iconv.encode(stringify([cells], { record_delimiter: 'windows' }), charset);

/** `정산 9f3a2b1c`, 13 bytes: the last digits of the transfer's id, which are random. */
const nameTransfer = ({ transferId }: Transfer): string => `정산 ${transferId.slice(-8)}`;

/**
 * What CP949 has of a text, on one line and cut to so many bytes, never within a character. Signs that make a formula of
 * it in a spreadsheet are left out in front: an apostrophe there would be part of the name to a bank.
 */
function fitBytes(text: string, maxBytes: number): string {
  const plain = text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Mn}]/gu, '')
    .replace(/^[=+\-@＝＋－＠' ]+/u, '');
  let fitted = '';
  let bytes = 0;
  for (const character of plain) {
    const encoded = iconv.encode(character, charset);
    const known = iconv.decode(encoded, charset) === character;
    bytes += known ? encoded.length : 1;
    if (bytes > maxBytes) break;
    fitted += known ? character : '?';
  }
  return fitted.trimEnd();
}
