import { Readable } from 'node:stream';
import type { StatementDetail } from '@scanpay/shared/api/settlement.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { StatementId } from '@scanpay/shared/ids.ts';
import { StatementIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { StatementLine } from '@scanpay/shared/settlement/statement.ts';
import type { Log } from '../../../ports/log.ts';
import type { StatementTaxReader } from '../../../ports/statement-tax.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { Settlement } from '../settlement.ts';
import { isOwnBookDifferent, readStatementPages } from './statement-lines.ts';
import type { FindParty } from './statement-words.ts';
import { writeStatementCsv } from './write-statement-csv.ts';
import { writeStatementPdf } from './write-statement-pdf.ts';
import { writeStatementText } from './write-statement-text.ts';

/** Files under way at the same time, of one company: each reads through a day's book. */
const maxFilesAtOnce = 4;

export interface StatementFileDeps {
  settlement: Pick<Settlement, 'findStatement' | 'readLines'>;
  findParty: FindParty;
  /** The operator's, for its merchants; the other companies know nothing of tax. */
  tax?: StatementTaxReader;
  log: Log;
}

interface FileFormat {
  /** The file's name in the route, and how its download ends. */
  extension: 'json-lines' | 'csv' | 'pdf';
  summary: string;
  contentType: string;
  open(detail: StatementDetail, pages: AsyncIterable<StatementLine[]>): Readable | Promise<Readable>;
}

/**
 * GET /v1/settlement/statements/:statementId/statement.{json-lines,csv,pdf}. Streamed page by page, no faster than they
 * are taken. A file that ends before its time (the connection breaks off) is not to be trusted: the book then failed, or
 * had other lines than were signed. Codes: not_found, statement_mismatch (json-lines of a statement whose receiver found
 * faults: ask its sender), rate_limited.
 */
export function addStatementFileRoutes(app: RoleApp, deps: StatementFileDeps): void {
  const { settlement, log } = deps;
  let underWay = 0;
  const openFile = async (format: FileFormat, statementId: StatementId, detail: StatementDetail): Promise<Readable> => {
    if (underWay >= maxFilesAtOnce) throw new ScanPayError('rate_limited', 'too many files at once');
    underWay += 1;
    try {
      const stream = await format.open(detail, readStatementPages(settlement, detail));
      stream.once('close', () => {
        underWay -= 1;
      });
      stream.once('error', (err) => log.error({ err, statementId, file: format.extension }, 'a file broke off'));
      return stream;
    } catch (error) {
      underWay -= 1;
      throw error;
    }
  };
  for (const format of createFormats(deps)) {
    app.get(
      `/v1/settlement/statements/:statementId/statement.${format.extension}`,
      {
        // A HEAD would read the whole book for nothing.
        exposeHeadRoute: false,
        schema: {
          tags: ['settlement'],
          summary: format.summary,
          params: strictObject({ statementId: StatementIdSchema }),
        },
      },
      async ({ params: { statementId } }, reply) => {
        const detail = await settlement.findStatement(statementId);
        if (detail === undefined) throw new ScanPayError('not_found');
        const stream = await openFile(format, statementId, detail);
        return reply
          .type(format.contentType)
          .header('content-disposition', `attachment; filename="${nameOf(detail)}.${format.extension}"`)
          .header('cache-control', 'no-store')
          .send(stream);
      },
    );
  }
}

function createFormats({ findParty, tax }: Pick<StatementFileDeps, 'findParty' | 'tax'>): FileFormat[] {
  return [
    {
      extension: 'json-lines',
      summary: 'The signed text of a statement (JWS), then one line of canonical JSON per line: what one verifies',
      contentType: 'text/plain; charset=utf-8',
      open(detail, pages) {
        if (isOwnBookDifferent(detail)) throw new ScanPayError('statement_mismatch', 'only its sender has these lines');
        return Readable.from(writeStatementText(detail.statementJws, pages));
      },
    },
    {
      extension: 'csv',
      summary: 'The lines of a statement for a spreadsheet (UTF-8 with BOM, RFC 4180)',
      contentType: 'text/csv; charset=utf-8; header=present',
      open: (detail, pages) => Readable.from(writeStatementCsv(detail, pages, tax)),
    },
    {
      extension: 'pdf',
      summary: 'A statement for people, in Korean (A4)',
      contentType: 'application/pdf',
      open: (detail, pages) => writeStatementPdf(detail, pages, findParty, tax),
    },
  ];
}

/** ASCII only, for parties are. */
const nameOf = ({ row: { hop, businessDate, sender, receiver, statementId } }: StatementDetail): string =>
  `statement-${hop}-${businessDate}-${sender}-${receiver}-${statementId.slice(-8)}`;
