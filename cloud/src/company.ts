import type { RandomBytes, Scheduler } from '@scanpay/shared/clock.ts';
import type { IdMaker } from '@scanpay/shared/ids.ts';
import type { Metrics } from '@scanpay/shared/metrics/metrics.ts';
import type { MetricsPage } from '@scanpay/shared/metrics/metrics-access.ts';
import type { CloudConfig } from './config.ts';
import type { Company } from './ports/ledger.ts';
import type { Log } from './ports/log.ts';
import type { MmsGateway } from './ports/mms.ts';
import type { PeerLink } from './ports/peer-link.ts';
import type { RoleApp } from './roles/common/role-app.ts';

/** What a company finds when it is set up: time, chance, its own log and folder, and the way to the others. */
export interface CompanySetting<Connection, Call> {
  /** The company's own folder, for its database and log. */
  folder: string;
  host: string;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  ids: IdMaker;
  log: Log;
  mms: MmsGateway;
  openDatabase(path: string): Connection;
  /**
   * HTTP calls to another company: over the network by its URL, or to the app in this process when that is null. Signed
   * by the link.
   */
  callTo(company: Company, url: string | null, link: PeerLink): Call;
  /** What this process shows its own companies when it asks how they are, for they ask everybody. */
  watchdogKey?: string;
  /** What is measured of the company, and who may read it; left out: nothing is. */
  measured?: { metrics: Metrics; page: MetricsPage };
}

/** A company whose parts are put together. */
export interface RunningCompany {
  app: RoleApp;
  /** Takes up what the last run left unfinished, and goes to work; the app listens already. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /**
   * Goes on with the keys of this configuration, whatever is under way; all else in it waits for the next start.
   * @throws ScanPayError `configuration`, and the keys stay as they were.
   */
  changeKeys(config: CloudConfig): Promise<void>;
  /** Addresses beside the HTTP one, by name; known after `start`. */
  addresses(): Record<string, string>;
}
