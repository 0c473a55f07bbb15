import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';

/**
 * Reads a transfer file as a bank would.
 * @throws Error when the trailer does not say what the rows do.
 */
export function readBulkTransfer(bytes: Buffer): { transfers: string[][]; count: number; sumWon: number } {
  const rows: string[][] = parse(iconv.decode(bytes, 'cp949'), { recordDelimiter: '\r\n' });
  const transfers = rows.slice(1, -1);
  const [title, count, sumWon] = rows.at(-1) ?? [];
  if (title !== '합계') throw new Error('no trailer');
  const added = transfers.reduce((sum, row) => sum + Number(row[2]), 0);
  if (transfers.length !== Number(count)) throw new Error(`${transfers.length} of ${count} transfers`);
  if (added !== Number(sumWon)) throw new Error(`${added} of ${sumWon} won`);
  return { transfers, count: Number(count), sumWon: Number(sumWon) };
}
