import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { JournalChange } from '@scanpay/device/ports/journal.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { UpChannel } from '@scanpay/shared/wire/topics.ts';

/** Everything the checks and the trace get to see of a world, as it happens. */
export interface Witness {
  /** Now durable in a box's journal. */
  boxCommitted(deviceId: DeviceId, changes: readonly JournalChange[]): void;
  /** A company's book has something new in it. */
  companyCommitted(company: Company): void;
  up(deviceId: DeviceId, channel: UpChannel, payload: string): void;
  down(deviceId: DeviceId, payload: string): void;
  /** Came out of a box's printer. */
  paper(deviceId: DeviceId, receipt: Receipt): void;
  /** A call between companies, its answer, or a line of a log. `mayHoldCard`: from PG to card company. */
  text(source: string, text: string, mayHoldCard: boolean): void;
  /** Anything worth a line in the trace: crashes, partitions, what a clerk does. */
  note(what: string): void;
  /** A process ended by itself, without an injected fault to blame. */
  fatal(name: string, error: unknown): void;
}
