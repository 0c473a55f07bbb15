import type { EffectiveSettings } from '@scanpay/shared/fleet/box-settings.ts';
import type { DesiredConfig } from '@scanpay/shared/fleet/config-messages.ts';
import type { TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';
import { type BoxFacts, judgeHealth } from '../../core/telemetry/judge-health.ts';
import { waitingRedemptions } from '../../core/terminal/parts.ts';
import type { TerminalLimits, TerminalState } from '../../core/terminal/state.ts';
import type { PrinterStatus } from '../../ports/printer.ts';
import type { BoxDeps } from '../deps.ts';
import type { Draft } from '../mailroom.ts';
import type { TrustedClock } from '../trusted-clock.ts';
import type { FleetDeps } from './fleet-deps.ts';
import { createSettings, type Settings } from './settings.ts';
import { createTelemetryLoop, type TelemetryLoop } from './telemetry.ts';

/** Reads since the start, told by the scanner's events. */
export interface ScanCounts {
  lastReadAtMs: number | null;
  reads: number;
  rejected: number;
}

export interface FleetParts {
  limits(): TerminalLimits;
  slipLines(): EffectiveSettings['receipt'] | undefined;
  scans: ScanCounts;
  take(desired: DesiredConfig): void;
  linkChanged(up: boolean): void;
  /** Something of the box changed. */
  nudge(): void;
  stop(): void;
}

/** What of the box is looked at; asked anew each time. */
interface Seen {
  state(): TerminalState;
  printer(): PrinterStatus;
}

const limitsOf = ({ limits, offline }: EffectiveSettings): TerminalLimits => ({ ...limits, offline });

export function createFleetParts(
  deps: BoxDeps,
  about: { clock: TrustedClock; seen: Seen; send(draft: Draft): Promise<unknown> },
): FleetParts {
  const scans: ScanCounts = { lastReadAtMs: null, reads: 0, rejected: 0 };
  const { fleet } = deps;
  if (fleet === undefined) {
    const nothing = (): undefined => undefined;
    const limits = () => deps.limits;
    return { limits, slipLines: nothing, scans, take: nothing, linkChanged: nothing, nudge: nothing, stop: nothing };
  }
  const { clock, send } = about;
  const settings = createSettings({
    deviceId: deps.deviceId,
    base: fleet.base,
    store: fleet.store,
    clock,
    report: (report) => void send({ type: 'config.reported', ...report }),
    onApplied: ({ logLevel }) => fleet.setLogLevel(logLevel),
    log: deps.log,
  });
  const telemetry = createLoop(deps, fleet, { ...about, settings, scans });
  return {
    limits: () => limitsOf(settings.current()),
    slipLines: () => settings.current().receipt,
    scans,
    take(desired) {
      settings.take(desired);
      telemetry.nudge();
    },
    linkChanged(up) {
      settings.linkChanged(up);
      telemetry.linkChanged(up);
    },
    nudge: telemetry.nudge,
    stop: telemetry.stop,
  };
}

interface LoopParts {
  clock: TrustedClock;
  seen: Seen;
  send(draft: Draft): Promise<unknown>;
  settings: Settings;
  scans: ScanCounts;
}

function createLoop(deps: BoxDeps, fleet: FleetDeps, parts: LoopParts): TelemetryLoop {
  const { clock, settings, send } = parts;
  const startedAtMs = clock.monotonicMs();
  const collect = async (): Promise<TelemetryBody> => {
    const facts = {
      ...lookAtBox(deps, parts),
      versions: fleet.versions,
      machine: await fleet.machine.look(),
      box: { uptimeMs: Math.round(clock.monotonicMs() - startedAtMs), memoryBytes: fleet.memoryBytes() },
      certificateExpiresAtMs: fleet.certificateExpiresAtMs(),
      configVersion: settings.appliedVersion(),
    };
    const { health: thresholds, limits } = settings.current();
    const nowMs = clock.nowMs();
    const isConfigRejected = settings.isRejected();
    return { health: judgeHealth(facts, { thresholds, maxOpen: limits.maxOpen, isConfigRejected, nowMs }), ...facts };
  };
  return createTelemetryLoop({
    scheduler: deps.scheduler,
    randomBytes: fleet.randomBytes,
    intervalMs: () => settings.current().telemetryIntervalMs,
    collect,
    send: async (body) => void (await send({ type: 'telemetry', ...body })),
    log: deps.log,
  });
}

function lookAtBox(
  { journal, light }: BoxDeps,
  { seen, clock, scans }: LoopParts,
): Pick<BoxFacts, 'scanner' | 'printer' | 'light' | 'queues' | 'clock'> {
  const state = seen.state();
  const lamp = light.state();
  const { source, driftMs, ratePpm } = clock.view();
  return {
    scanner: { ready: state.scannerReady, ...scans },
    printer: describePrinter(seen.printer()),
    light: { driver: lamp.driver, state: lamp.kind },
    queues: {
      outbox: state.payments.size + state.cancels.size,
      unresolved: countUnresolved(state),
      redeemed: waitingRedemptions(state).length,
      receipts: journal.countWaitingReceipts(),
    },
    clock: { trusted: clock.isTrusted(), source, driftMs, ratePpm },
  };
}

function describePrinter(status: PrinterStatus): BoxFacts['printer'] {
  if (status.kind === 'unknown') {
    // One that cannot tell is as well as one can know.
    const states = { 'no-printer': 'none', 'no-status-line': 'ok' } as const;
    const state = status.cause === undefined ? 'unknown' : states[status.cause];
    return { state, faults: [], nearEnd: false };
  }
  const faults = status.kind === 'fault' ? status.faults : [];
  return { state: status.kind, faults, nearEnd: status.nearEnd ?? false };
}

const countUnresolved = ({ payments }: TerminalState): number =>
  [...payments.values()].filter(({ phase }) => phase === 'unknown' || phase === 'reversing').length;
