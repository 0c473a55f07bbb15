import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { ErrorCode, Result } from '@scanpay/shared/errors.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import type { Log } from '../box/deps.ts';
import {
  type Claiming,
  type ClaimingEffect,
  type ClaimingInput,
  type CodeSource,
  lightOfClaiming,
  type Refusal,
  startClaiming,
  stepClaiming,
} from '../core/claiming/claiming.ts';
import { makeFirstSlip, makeRefusalSlip } from '../core/claiming/set-up-slips.ts';
import type { CheckResult } from '../core/doctor/report.ts';
import { fingerprintOf } from '../enrol/check-reply.ts';
import type { GivenClaim } from '../enrol/enrol-box.ts';
import type { BootFolder } from '../ports/boot-folder.ts';
import type { FirstSlipMark } from '../ports/first-slip-mark.ts';
import type { IdentityStore, StoredIdentity } from '../ports/identity-store.ts';
import type { Light } from '../ports/light.ts';
import type { Printer } from '../ports/printer.ts';
import type { WifiNetwork, WifiSetter } from '../ports/wifi-setter.ts';
import { createBootCourier } from './boot-courier.ts';
import { createScannerBench, type HeldInstruments, type ScannerPlan } from './instruments.ts';

export interface ClaimBoxDeps {
  scheduler: Scheduler;
  light: Light;
  printer: Printer;
  scanners: readonly ScannerPlan[];
  store: Pick<IdentityStore, 'read'>;
  enrol(given: GivenClaim): Promise<Result<StoredIdentity>>;
  wifi: WifiSetter;
  boot: BootFolder;
  firstSlip: FirstSlipMark;
  selfTest(identity: StoredIdentity, held: HeldInstruments): Promise<CheckResult[]>;
  /** Puts the slip into the box's own spool, which prints it once it runs. */
  queueSlip(slip: Receipt): void;
  renderReceipt(receipt: Receipt): Promise<Uint8Array>;
  log: Log;
}

/** How long the lamp tells of a refusal. */
const showRefusalMs = 15_000;
/** The same refusal again within this is not printed again: somebody holds a code before the scanner. */
const sameSlipMs = 30_000;
/** How often it is looked whether somebody enrolled the box by command line. */
const lookMs = 2_000;

/**
 * A box without identity: it waits for the operator's claim, becomes the operator's, tests itself and leaves its first
 * slip to the box that it then is. Everything that goes wrong ends in words, and in waiting.
 */
export function createClaimBox(deps: ClaimBoxDeps) {
  const { scheduler, light, printer, boot } = deps;
  const ready = Promise.withResolvers<void>();
  const listeners = new Set<() => void>();
  let state: Claiming = startClaiming();
  let isStopped = false;
  let cancelLook: () => void = noTimer;

  const submit = (input: ClaimingInput): void => {
    if (isStopped) return;
    const step = stepClaiming(state, input);
    state = step.state;
    light.show(lightOfClaiming(state));
    for (const effect of step.effects) work.carryOut(effect, state);
    if (step.effects.some((effect) => effect.do === 'finish')) ready.resolve();
    for (const listener of listeners) listener();
  };
  const take = (source: CodeSource, text: string): void =>
    submit({ kind: 'code', text, source, nowMs: scheduler.nowMs() });
  const bench = createScannerBench(deps.scanners, {
    onScan: ({ text }) => take('scan', text),
    onRejected(reason) {
      if (reason !== 'half-line') submit({ kind: 'unreadable', nowMs: scheduler.nowMs() });
    },
  });
  const courier = createBootCourier({ boot, scheduler, submit: (text) => take('file', text) });
  const work = createSetUpWork(deps, { submit, bench, courier });
  const look = (): void => {
    if (state.stage === 'waiting' && isEnrolled(deps.store)) submit({ kind: 'identity-found' });
    cancelLook = scheduler.after(lookMs, look);
  };
  return {
    /** Resolves when the box has its place and was tested. Never, once it is stopped before. */
    ready: ready.promise,
    state: () => state,
    checks: work.checks,
    scanners: () => bench.states,
    /** Called after every change; the returned function ends it. */
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start(): Promise<void> {
      await light.start();
      light.show(lightOfClaiming(state));
      await printer.start();
      await bench.start();
      look();
      if (state.stage === 'waiting') courier.start();
    },
    /** Lets go of every instrument; what is under way ends within its own deadline. */
    async stop(): Promise<void> {
      isStopped = true;
      cancelLook();
      courier.stop();
      await bench.stop();
      await work.stop();
      await printer.stop();
      await light.stop();
    },
  };
}

interface SetUpParts {
  submit(input: ClaimingInput): void;
  bench: ReturnType<typeof createScannerBench>;
  courier: ReturnType<typeof createBootCourier>;
}

/** What takes time: each ends in an input of its own. */
function createSetUpWork(deps: ClaimBoxDeps, { submit, bench, courier }: SetUpParts) {
  const { scheduler, light, printer, log } = deps;
  const working = new Set<Promise<void>>();
  const printRefusal = createRefusalPrinter(deps);
  let checks: CheckResult[] = [];
  let cancelRefusal: () => void = noTimer;

  const work = (task: Promise<void>): void => {
    const turn = task
      .catch((err: unknown) => log.error({ err }, 'set-up'))
      .finally(() => {
        working.delete(turn);
      });
    working.add(turn);
  };
  const enrol = async (text: string, source: CodeSource): Promise<void> => {
    deps.firstSlip.set();
    const enrolled = await attempt(() => deps.enrol({ kind: 'text', text }));
    const failure = enrolled.ok ? null : { code: enrolled.code, detail: enrolled.detail };
    log.info({ failure, ...(enrolled.ok ? { deviceId: enrolled.value.deviceId } : {}) }, 'claim');
    submit({ kind: 'enrolment-ended', failure, nowMs: scheduler.nowMs() });
    if (source === 'file') courier.claimEnded(failure, enrolled.ok ? enrolled.value.deviceId : null);
  };
  const joinWifi = async (network: WifiNetwork, source: CodeSource): Promise<void> => {
    const joined = await attempt(() => deps.wifi.join(network));
    const failure = joined.ok ? null : { code: joined.code, detail: joined.detail };
    log.info({ ssid: network.ssid, failure }, 'Wi-Fi');
    submit({ kind: 'wifi-ended', failure, ssid: network.ssid, nowMs: scheduler.nowMs() });
    if (source === 'file') courier.wifiEnded(failure);
  };
  const test = async (): Promise<void> => {
    try {
      const identity = deps.store.read();
      if (identity === undefined) throw new Error('the identity is gone');
      checks = await deps.selfTest(identity, { light, printer, scanners: bench.states });
      deps.queueSlip(makeFirstSlip(toFacts(identity), checks, scheduler.nowMs()));
      deps.firstSlip.clear();
    } catch (err) {
      // The slip is still due: the next start tries again. The box itself is enrolled, and may sell.
      log.error({ err }, 'self-test');
    }
    submit({ kind: 'tested' });
  };
  const tellRefusal = (state: Claiming, refusal: Refusal, source: CodeSource): void => {
    cancelRefusal();
    cancelRefusal = scheduler.after(showRefusalMs, () => submit({ kind: 'refusal-shown' }));
    if (source === 'file') {
      courier.refused(refusal);
    } else {
      bench.showRefused();
      work(printRefusal(state, refusal));
    }
  };
  return {
    /** Results of the self-test, once it is over. */
    checks: (): readonly CheckResult[] => checks,
    carryOut(effect: ClaimingEffect, state: Claiming): void {
      if (effect.do === 'enrol') work(enrol(effect.claimText, effect.source));
      else if (effect.do === 'join-wifi') work(joinWifi(effect.network, effect.source));
      else if (effect.do === 'self-test') work(test());
      else if (effect.do === 'tell-refusal') tellRefusal(state, effect.refusal, effect.source);
    },
    async stop(): Promise<void> {
      cancelRefusal();
      await Promise.all(working);
    },
  };
}

function isEnrolled(store: ClaimBoxDeps['store']): boolean {
  try {
    return store.read() !== undefined;
  } catch {
    return false; // Half way through being replaced, or damaged: the next start says so.
  }
}

/** Prints why, where there is a printer; what it does not take is not kept, for the page says the same. */
function createRefusalPrinter({ printer, renderReceipt, scheduler, log }: ClaimBoxDeps) {
  const printedAtMs = new Map<ErrorCode, number>();
  return async (state: Claiming, refusal: Refusal): Promise<void> => {
    const { code } = refusal;
    const nowMs = scheduler.nowMs();
    if (nowMs - (printedAtMs.get(code) ?? Number.NEGATIVE_INFINITY) < sameSlipMs) return;
    printedAtMs.set(code, nowMs);
    const result = await printer.print(await renderReceipt(makeRefusalSlip(state, refusal)));
    log.info({ code, printed: result.kind }, 'refused code');
  };
}

/** What throws is told like any other refusal: the technician waits for words. */
async function attempt<T>(task: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await task();
  } catch (error) {
    return { ok: false, code: 'internal', detail: error instanceof Error ? error.message : String(error) };
  }
}

function toFacts({ deviceId, configuration, enrolmentUrl, tls, expiresAtMs }: StoredIdentity) {
  const caSha256 = fingerprintOf(tls.caCertificates[0] ?? '') ?? '';
  return { deviceId, merchant: configuration.merchant, enrolmentUrl, caSha256, expiresAtMs };
}
