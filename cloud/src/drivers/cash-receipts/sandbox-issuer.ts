import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { maskReceiptIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { CashReceiptDetails, CashReceiptIssuer, IssuedReceipt } from '../../ports/cash-receipt-issuer.ts';
import { writeFileSafely } from '../common/write-file-safely.ts';

/** This mobile number is refused, as the tax service refuses one it does not know. */
export const refusedMobile = '01000000404';

/** What the sandbox keeps of a receipt: the customer's number only masked. */
interface KeptReceipt extends IssuedReceipt {
  orderId: string;
  /** 거래구분. */
  tradeType: '승인거래' | '취소거래';
  /** The receipt a cancellation takes back. */
  originalApprovalNumber: string | null;
  tradeUsage: '소득공제용' | '지출증빙용';
  identityMasked: string;
  businessNumber: string;
  shopName: string;
  taxationType: '과세' | '비과세';
  totalWon: number;
  supplyWon: number;
  vatWon: number;
}

/**
 * A stand-in for the tax service and its issuers: every receipt becomes a folder, `{directory}/{date}-{approval number}`, with
 * the receipt and its cancellations as files, in the words of licensed issuers (거래구분, 용도, 승인번호). Approval numbers follow
 * from the order id, so the same order is answered alike, across restarts. Refuses with `cash_receipt_refused`: the number
 * `refusedMobile`; amounts that do not add up; a cancellation of a receipt it never issued, or of more than is left of it.
 */
export function createSandboxIssuer({ directory }: { directory: string }): CashReceiptIssuer {
  let tail: Promise<unknown> = Promise.resolve();
  /** One at a time: what is left of a receipt is read and taken in one step. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = tail.then(work);
    tail = turn.catch(() => undefined);
    return turn;
  };
  const folderOf = ({ approvalNumber, approvedOn }: IssuedReceipt) =>
    join(directory, `${approvedOn}-${approvalNumber}`);

  const issue = async (details: CashReceiptDetails): Promise<Result<IssuedReceipt>> => {
    const approvedOn = businessDateAt(details.atMs);
    for (let round = 0; ; round++) {
      const issued = { approvalNumber: approvalNumberOf(details.orderId, round), approvedOn };
      const path = join(folderOf(issued), issueFile);
      const known = await readKept(path);
      // Nine digits are few: another order of the day may have this number.
      if (known !== undefined && known.orderId !== details.orderId) continue;
      if (known !== undefined) return accept(issued);
      const fault = findFault(details);
      return fault === undefined ? write(path, toKept(details, issued, null)) : refuse('cash_receipt_refused', fault);
    }
  };
  const cancel = async (details: CashReceiptDetails, original: IssuedReceipt): Promise<Result<IssuedReceipt>> => {
    const folder = folderOf(original);
    const path = join(folder, `${details.orderId.replace('/', '-')}.json`);
    const known = await readKept(path);
    if (known !== undefined) return accept(toIssued(known));
    const fault = findFault(details) ?? (await findCancelFault(folder, details));
    if (fault !== undefined) return refuse('cash_receipt_refused', fault);
    const issued = { approvalNumber: approvalNumberOf(details.orderId, 0), approvedOn: businessDateAt(details.atMs) };
    return write(path, toKept(details, issued, original));
  };
  return {
    issue: (details) => inTurn(() => issue(details)),
    cancel: (details, original) => inTurn(() => cancel(details, original)),
  };
}

const issueFile = 'issue.json';

async function write(path: string, kept: KeptReceipt): Promise<Result<IssuedReceipt>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileSafely(path, `${JSON.stringify(kept, null, 2)}\n`);
  return accept(toIssued(kept));
}

function findFault({ identity, totalWon, supplyWon, vatWon }: CashReceiptDetails): string | undefined {
  if (totalWon <= 0 || supplyWon + vatWon !== totalWon) return 'the amounts do not add up';
  return identity.digits === refusedMobile ? 'the number is not known' : undefined;
}

async function findCancelFault(
  folder: string,
  { totalWon, businessNumber }: CashReceiptDetails,
): Promise<string | undefined> {
  const issued = await readKept(join(folder, issueFile));
  if (issued?.businessNumber !== businessNumber) return 'no such receipt was issued';
  let leftWon = issued.totalWon;
  for (const name of await readdir(folder)) {
    const kept = name.endsWith('.json') && name !== issueFile ? await readKept(join(folder, name)) : undefined;
    leftWon -= kept?.totalWon ?? 0;
  }
  return totalWon > leftWon ? 'more than is left of the receipt' : undefined;
}

async function readKept(path: string): Promise<KeptReceipt | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptReceipt;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function toKept(details: CashReceiptDetails, issued: IssuedReceipt, original: IssuedReceipt | null): KeptReceipt {
  const { orderId, businessNumber, shopName, identity, totalWon, supplyWon, vatWon, taxFree } = details;
  return {
    orderId,
    tradeType: original === null ? '승인거래' : '취소거래',
    originalApprovalNumber: original?.approvalNumber ?? null,
    tradeUsage: identity.purpose === 'income-deduction' ? '소득공제용' : '지출증빙용',
    identityMasked: maskReceiptIdentity(identity),
    businessNumber,
    shopName,
    taxationType: taxFree ? '비과세' : '과세',
    totalWon,
    supplyWon,
    vatWon,
    ...issued,
  };
}

/** Nine digits, as the tax service gives. */
const approvalNumberOf = (orderId: string, round: number): string =>
  String(createHash('sha256').update(`${orderId}#${round}`).digest().readUInt32BE() % 1_000_000_000).padStart(9, '0');

const toIssued = ({ approvalNumber, approvedOn }: KeptReceipt): IssuedReceipt => ({ approvalNumber, approvedOn });
