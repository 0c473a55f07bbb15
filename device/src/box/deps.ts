import type { KeyObject } from 'node:crypto';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId, IdMaker } from '@scanpay/shared/ids.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import type { OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import type { AlarmBounds } from '../core/alarms/conditions.ts';
import type { Merchant } from '../core/receipts/make-receipt.ts';
import type { ScannedCoupon, TerminalLimits } from '../core/terminal/state.ts';
import type { Host } from '../ports/host.ts';
import type { Journal } from '../ports/journal.ts';
import type { Light } from '../ports/light.ts';
import type { Printer } from '../ports/printer.ts';
import type { Scanner, ScannerEvents } from '../ports/scanner.ts';
import type { OwnRelease } from '../ports/update.ts';
import type { Uplink, UplinkEvents } from '../ports/uplink.ts';
import type { FleetDeps } from './fleet/fleet-deps.ts';
import type { ClockBounds } from './trusted-clock.ts';

/** Structured log; pino's call shape. Never given card or personal data. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Everything the box is made of; only `main.ts` knows which drivers stand behind the ports. */
export interface BoxDeps {
  deviceId: DeviceId;
  merchant: Merchant;
  limits: TerminalLimits;
  /** A statement without faults is approved without the merchant's press of a button. */
  standingApproval: boolean;
  /** Signs what the box says. */
  signer: JwsSigner;
  /** The operator's message keys by `kid`. */
  operatorKeys: Pick<ReadonlyMap<string, KeyObject>, 'get'>;
  /** The operator has told, signed, what to believe of it. Returns what is held now, on disk. Left out: nothing changes. */
  takeOperatorKeys?(keys: OperatorKeySet): OperatorKeySet;
  /** Reads a scanned text and verifies the issuer's signature (S07); validity is the terminal's own question. */
  readCoupon(text: string): Result<ScannedCoupon>;
  /** The bytes the printer gets. */
  renderReceipt(receipt: Receipt): Uint8Array | Promise<Uint8Array>;
  /** System time and timers. The operator's clock is laid over it (`trusted-clock.ts`). */
  scheduler: Scheduler;
  /** A clock that nobody sets, in ms, for round trips and to notice jumps of the other one; the scheduler's if left out. */
  monotonicMs?: () => number;
  /** What the kernel says about NTP; no, if left out. */
  isNtpSynchronised?: () => Promise<boolean>;
  clockBounds?: ClockBounds;
  /** Its process and machine; a box without one (in tests and the simulation) watches for no alarms. */
  host?: Host;
  alarmBounds?: Partial<AlarmBounds>;
  /** Settings by the operator, and telemetry; `limits` are then those of `fleet.base`. */
  fleet?: FleetDeps;
  ids: IdMaker;
  /** Absent: a box that says nothing of its release, and is never updated. */
  release?: OwnRelease;
  journal: Journal;
  light: Light;
  printer: Printer;
  createUplink(events: UplinkEvents): Uplink;
  createScanner(events: ScannerEvents): Scanner;
  /** The claim of an operator was scanned. The counter says that the box has its place; this may find that it lost it. */
  onClaimScanned?: (text: string) => void;
  log: Log;
  /** The box cannot go on (the journal does not take a commit): the process must end and be started again. */
  onFatal(error: unknown): void;
}
