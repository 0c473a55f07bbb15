import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import type { Company } from '../../ports/ledger.ts';
import type { PaymentFile, PaymentFileReader } from '../../ports/payment-files.ts';
import type { UseTally } from '../../ports/use-tally.ts';
import { auditTerminal, type TerminalTrust } from './audit-terminal.ts';
import { compareCompanies } from './compare-companies.ts';
import { countUses, noteUse } from './count-uses.ts';
import type { DatedKeys } from './dated-keys.ts';
import type { EvidenceFinding } from './finding.ts';
import { type OpenedFile, openFile } from './open-file.ts';

/** Three companies' evidence, read at one moment, and whose signatures are believed. */
export interface EvidenceSubject {
  /** The operator's were read first, the card company's last: what one has, the one after it must have. */
  files: Record<Company, PaymentFileReader>;
  keys: Record<Company, DatedKeys>;
  closedDates: Record<Company, ReadonlySet<BusinessDate>>;
  terminals: TerminalTrust;
  /** An empty one. */
  uses: UseTally;
  /** When the operator's were read, ms since the epoch. */
  readAtMs: number;
  /** Payments held in memory at once. */
  pageSize?: number;
}

export interface EvidenceReport {
  /** Payments that were gone through. */
  payments: number;
  /** Signed bookings that were found good, of all three. */
  words: number;
  /** Events one company has booked and the next one has not yet: on their way when they were read. */
  underWay: number;
  /** The first, in order of the payments' times; more than so many are only counted. */
  findings: EvidenceFinding[];
  findingCount: number;
}

const defaultPageSize = 200;
const maxFindings = 100;

/**
 * Works out every payment entry of every company from what was signed: by the terminal, the card company, the PG and the
 * operator; and holds it against the books, payment by payment; then how often coupons were used. Memory does not grow with
 * them.
 */
export async function auditEvidence(subject: EvidenceSubject): Promise<EvidenceReport> {
  const report: EvidenceReport = { payments: 0, words: 0, underWay: 0, findings: [], findingCount: 0 };
  const tell = (finding: EvidenceFinding): void => {
    report.findingCount += 1;
    if (report.findings.length < maxFindings) report.findings.push(finding);
  };
  for await (const files of readInStep(subject)) {
    report.payments += 1;
    const { words, underWay } = await auditPayment(subject, files, tell);
    report.words += words;
    report.underWay += underWay;
  }
  countUses(subject.uses, tell);
  report.findings.sort((a, b) => (a.paymentId < b.paymentId ? -1 : Number(a.paymentId > b.paymentId)));
  return report;
}

type Files = Record<Company, PaymentFile>;

/** The same payments of all three, page by page. */
async function* readInStep({ files, pageSize = defaultPageSize }: EvidenceSubject): AsyncGenerator<Files> {
  let after: PaymentId | null = null;
  do {
    const ends: (PaymentId | null)[] = [];
    for (const company of chain) ends.push(await files[company].findPageEnd(after, pageSize));
    const through: PaymentId | null = ends.filter((end) => end !== null).sort()[0] ?? null;
    const pages = {
      operator: toMap(await files.operator.readPage(after, through)),
      pg: toMap(await files.pg.readPage(after, through)),
      card: toMap(await files.card.readPage(after, through)),
    };
    for (const paymentId of [...new Set(chain.flatMap((company) => [...pages[company].keys()]))].sort()) {
      const fileOf = (company: Company) => pages[company].get(paymentId) ?? nothingOf(paymentId);
      yield { operator: fileOf('operator'), pg: fileOf('pg'), card: fileOf('card') };
    }
    after = through;
  } while (after !== null);
}

const chain = ['operator', 'pg', 'card'] as const;
const toMap = (page: PaymentFile[]) => new Map(page.map((file) => [file.paymentId, file]));
const nothingOf = (paymentId: PaymentId): PaymentFile => ({ paymentId, entries: [], evidence: [], record: null });

async function auditPayment(
  { keys, closedDates, terminals, uses, readAtMs }: EvidenceSubject,
  files: Files,
  tell: (finding: EvidenceFinding) => void,
): Promise<{ words: number; underWay: number }> {
  const open = (company: Company): Promise<OpenedFile> => openFile(company, files[company], keys[company], tell);
  const [card, pg, operator] = [await open('card'), await open('pg'), await open('operator')];
  await auditTerminal(operator, { ...terminals, operatorKeys: keys.operator }, tell);
  await noteUse(operator, terminals, uses);
  const toPg = { down: operator, up: pg, upKeys: keys.pg, closedDates: closedDates.operator, readAtMs };
  const toCard = { down: pg, up: card, upKeys: keys.card, closedDates: closedDates.pg, readAtMs };
  const underWay = (await compareCompanies(toPg, tell)) + (await compareCompanies(toCard, tell));
  return { words: card.words.size + pg.words.size + operator.words.size, underWay };
}
