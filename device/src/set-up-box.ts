import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SetUpView } from '@scanpay/shared/api/set-up.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import type { Log } from './box/deps.ts';
import { createClaimBox } from './claiming/claim-box.ts';
import type { ScannerPlan } from './claiming/instruments.ts';
import { testBox } from './claiming/self-test.ts';
import type { LocalConfig } from './config.ts';
import { describeClaiming, lightOfClaiming } from './core/claiming/claiming.ts';
import { checkNames } from './core/doctor/words.ts';
import { queueReceipt } from './core/receipts/queue-receipt.ts';
import { listPlaceChecks } from './doctor/place-checks.ts';
import { createBootFolder } from './drivers/boot/boot-folder.ts';
import { createSetUpServer } from './drivers/counter/set-up/set-up-server.ts';
import { createFirstSlipFile } from './drivers/identity/first-slip-file.ts';
import { createHttpsEnrolmentApi } from './drivers/identity/https-enrolment-api.ts';
import { makeSigningKey, makeTlsKey } from './drivers/identity/make-keys.ts';
import { checkSqliteJournal } from './drivers/journal/check-journal.ts';
import { openSqliteJournal } from './drivers/journal/sqlite-journal.ts';
import { renderReceipt } from './drivers/print/receipt-renderer.ts';
import { createRepeatFilter } from './drivers/scan/repeat-filter.ts';
import { createNmcliWifi } from './drivers/wifi/nmcli-wifi.ts';
import { type EnrolDeps, enrolBox } from './enrol/enrol-box.ts';
import { placeBox } from './enrol/read-box-config.ts';
import { createLight, createPrinter, createScanner, createUplink, identityOf } from './pick-instruments.ts';
import type { BootFolder } from './ports/boot-folder.ts';
import { lightPatterns } from './ports/light-patterns.ts';

/*
 * The part of main.ts that stands for a box without identity: it picks the drivers of claiming, and runs until the box
 * has its place.
 */

const scheduler = systemScheduler;

export const firstSlipOf = (dataDir: string) => createFirstSlipFile(join(dataDir, 'identity'));

export function enrolmentOf(dataDir: string): EnrolDeps {
  return { store: identityOf(dataDir), api: createHttpsEnrolmentApi({ scheduler }), makeTlsKey, makeSigningKey };
}

const bootNotesFile = (dataDir: string): string => join(dataDir, 'boot-orders.json');

export function bootFolderOf({ bootDir, dataDir }: Pick<LocalConfig, 'bootDir' | 'dataDir'>, log: Log): BootFolder {
  if (bootDir === null) return { read: () => ({}), conclude: () => undefined };
  return createBootFolder({
    folder: bootDir,
    notesFile: bootNotesFile(dataDir),
    onProblem: (detail) => log.warn({ detail }, 'boot partition'),
  });
}

/** Where systemd gives the service a folder in memory, the password goes there. */
export const createWifi = ({ wifi }: Pick<LocalConfig, 'wifi'>) =>
  createNmcliWifi({ command: wifi.command, secretsDir: process.env.RUNTIME_DIRECTORY ?? tmpdir() });

/** Whether the box has yet to be claimed, or to test itself after that. */
export const needsSetUp = ({ dataDir }: LocalConfig): boolean =>
  identityOf(dataDir).read() === undefined || firstSlipOf(dataDir).isDue();

export interface SetUpRun {
  /** Where the page is that tells how far it has come. */
  url: string;
  /** Resolves when the box has its place and has tested itself. */
  ready: Promise<void>;
  /** Lets go of instruments and port. */
  stop(): Promise<void>;
}

/** Holds the box's instruments, and its page's address, until the box has its place. */
export async function startSetUp(config: LocalConfig, log: Log): Promise<SetUpRun> {
  const { dataDir } = config;
  const box = createClaimBox({
    scheduler,
    light: createLight(config.light, log),
    printer: createPrinter(config.printer),
    scanners: listScanners(config),
    store: identityOf(dataDir),
    enrol: (given) => enrolBox(enrolmentOf(dataDir), given, { mayChangeOperator: false }),
    wifi: createWifi(config),
    boot: bootFolderOf(config, log),
    firstSlip: firstSlipOf(dataDir),
    selfTest: (identity, held) =>
      testBox(held, {
        placeChecks: listPlaceChecks(placeBox(config, identity), { createUplink, checkJournal: checkSqliteJournal }),
        hasPrinter: config.printer.kind !== 'none',
        scheduler,
      }),
    queueSlip(slip) {
      const journal = openSqliteJournal(join(dataDir, 'box.sqlite'));
      journal.commit([queueReceipt(slip, scheduler.nowMs(), journal.countWaitingReceipts())]);
      journal.close();
    },
    renderReceipt: async (receipt) => (await renderReceipt(receipt, config.printer)).bytes,
    log,
  });
  const server = createSetUpServer({
    view: () => viewSetUp(box),
    onInternalError: (err) => log.error({ err }, 'a request of the set-up page failed'),
    ...config.counter,
  });
  const url = await server.start();
  await box.start();
  log.info({ url }, 'the box waits for a claim');
  return {
    url,
    ready: box.ready,
    async stop() {
      await server.stop();
      await box.stop();
    },
  };
}

function listScanners(config: LocalConfig): ScannerPlan[] {
  const repeats = createRepeatFilter({ clock: scheduler, windowMs: config.repeatWindowMs });
  return config.scanners.map((scanner) => ({
    kind: scanner.kind,
    part: scanner.kind === 'camera' ? 'camera' : scanner.path,
    create: (events) => createScanner(scanner, repeats, events, []),
  }));
}

function viewSetUp(box: ReturnType<typeof createClaimBox>): SetUpView {
  const state = box.state();
  const light = lightOfClaiming(state);
  const { colours, blinkMs, meaning, look } = lightPatterns[light];
  return {
    nowMs: scheduler.nowMs(),
    stage: state.stage,
    ...describeClaiming(state),
    refusal: state.refusal,
    light: { light, colours: [...colours], blinkMs: [...blinkMs], meaning, look },
    scanners: box.scanners().map(({ part, state: read }) => {
      const scanner = read();
      return { part, isReady: scanner?.kind === 'ready', detail: scanner?.detail ?? '' };
    }),
    checks: box
      .checks()
      .map(({ check, finding }) => ({ name: checkNames[check], outcome: finding.outcome, seen: finding.seen })),
  };
}
