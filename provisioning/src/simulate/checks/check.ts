import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { JournalChange } from '@scanpay/device/ports/journal.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { DownMessage, UpMessage } from '@scanpay/shared/wire/messages.ts';
import type Database from 'better-sqlite3';
import type { AskedChange } from '../cloud/travellers.ts';
import type { BookEntry, Dossier, Dossiers } from './dossiers.ts';

/** Reports that the invariant does not hold. */
export type Report = (paymentId: PaymentId | null, detail: string) => void;

/** What a check may look at when the world has come to rest. */
export interface RestingWorld {
  dossiers: Dossiers;
  books: Record<Company, Database.Database>;
  journals: ReadonlyMap<DeviceId, Database.Database>;
  /** False statements that were presented, and whether the receiver approved them all the same. */
  lies: readonly { to: string; approved: boolean }[];
  /** Changes of schedules that people asked for. */
  changes: readonly AskedChange[];
}

/** One invariant of DESIGN §8, held against everything that happens; each hook is called right after the fact. */
export interface Check {
  /** As reports and the table of planted faults name it. */
  name: string;
  /** Where DESIGN says so. */
  rule: string;
  /** What must hold, in words. */
  claim: string;
  /** `book`: the company's database, this entry in it. */
  onBooked?(entry: BookEntry, dossier: Dossier | undefined, report: Report, book: Database.Database): void;
  onJournal?(deviceId: DeviceId, changes: readonly JournalChange[], dossiers: Dossiers, report: Report): void;
  onUp?(deviceId: DeviceId, message: UpMessage, dossiers: Dossiers, report: Report): void;
  onDown?(deviceId: DeviceId, message: DownMessage, dossier: Dossier | undefined, report: Report): void;
  onPaper?(deviceId: DeviceId, receipt: Receipt, dossiers: Dossiers, report: Report): void;
  onText?(source: string, text: string, report: Report): void;
  atRest?(world: RestingWorld, report: Report): void;
  /** As `atRest`, for what reads a database as the product does. */
  audit?(world: RestingWorld, report: Report): Promise<void>;
}
