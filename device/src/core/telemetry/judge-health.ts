import type { EffectiveSettings } from '@scanpay/shared/fleet/box-settings.ts';
import type { Health, HealthLevel, HealthPart, TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';
import { maxWaitingReceipts } from '../receipts/queue-receipt.ts';

/** All that telemetry says but the judgement. */
export type BoxFacts = Omit<TelemetryBody, 'health'>;
export type HealthThresholds = EffectiveSettings['health'];

const mebibyte = 1024 * 1024;
const dayMs = 86_400_000;
/** One or two wait in every sale. */
const manyReceipts = 3;
/** An eMMC that has used so much of its life is to be replaced at the next visit. */
const oldDiskPercent = 90;

/**
 * What of the box needs somebody, at `nowMs` of its own clock. `maxOpen`: unresolved payments beyond which it sells nothing.
 */
export function judgeHealth(
  facts: BoxFacts,
  about: { thresholds: HealthThresholds; maxOpen: number; isConfigRejected: boolean; nowMs: number },
): Health {
  const levels: Record<HealthPart, HealthLevel> = {
    scanner: facts.scanner.ready ? 'ok' : 'fault',
    printer: judgePrinter(facts.printer),
    light: facts.light.state === 'fault' ? 'warning' : 'ok',
    clock: judgeClock(facts.clock, about.thresholds),
    disk: judgeDisk(facts.machine.disk, about.thresholds),
    temperature: judgeTemperature(facts.machine.temperatureMilliC, about.thresholds),
    memory: judgeMemory(facts.machine.memory, about.thresholds),
    certificate: judgeCertificate(facts.certificateExpiresAtMs, about),
    payments: judgePayments(facts.queues, about.maxOpen),
    receipts: atLeast(facts.queues.receipts, manyReceipts, maxWaitingReceipts),
    config: about.isConfigRejected ? 'warning' : 'ok',
  };
  const problems = (Object.entries(levels) as [HealthPart, HealthLevel][]).flatMap(([part, level]) =>
    level === 'ok' ? [] : [{ part, level }],
  );
  if (problems.some(({ level }) => level === 'fault')) return { level: 'fault', problems };
  return { level: problems.length > 0 ? 'warning' : 'ok', problems };
}

const atLeast = (value: number, warning: number, fault: number): HealthLevel => {
  if (value >= fault) return 'fault';
  return value >= warning ? 'warning' : 'ok';
};
const below = (value: number, warning: number, fault: number): HealthLevel => {
  if (value < fault) return 'fault';
  return value < warning ? 'warning' : 'ok';
};

function judgePrinter({ state, nearEnd }: BoxFacts['printer']): HealthLevel {
  if (state === 'fault') return 'fault';
  return state === 'unknown' || nearEnd ? 'warning' : 'ok';
}

function judgeClock({ trusted, driftMs }: BoxFacts['clock'], { driftWarnMs }: HealthThresholds): HealthLevel {
  if (!trusted) return 'fault';
  return Math.abs(driftMs ?? 0) > driftWarnMs ? 'warning' : 'ok';
}

function judgeDisk(disk: BoxFacts['machine']['disk'], { diskWarnMib, diskFaultMib }: HealthThresholds): HealthLevel {
  if (disk === null) return 'warning';
  const byRoom = below(disk.freeBytes, diskWarnMib * mebibyte, diskFaultMib * mebibyte);
  return byRoom === 'ok' && (disk.lifeUsedPercent ?? 0) > oldDiskPercent ? 'warning' : byRoom;
}

function judgeTemperature(milliC: number | null, { hotC, tooHotC }: HealthThresholds): HealthLevel {
  return milliC === null ? 'ok' : atLeast(milliC, hotC * 1000, tooHotC * 1000);
}

function judgeMemory(
  { totalBytes, availableBytes }: BoxFacts['machine']['memory'],
  { memoryWarnPercent }: HealthThresholds,
): HealthLevel {
  return availableBytes * 100 < totalBytes * memoryWarnPercent ? 'warning' : 'ok';
}

function judgeCertificate(
  expiresAtMs: number | null,
  { thresholds, nowMs }: { thresholds: HealthThresholds; nowMs: number },
): HealthLevel {
  if (expiresAtMs === null) return 'ok';
  return below(expiresAtMs - nowMs, thresholds.certificateWarnDays * dayMs, 1);
}

function judgePayments({ outbox, unresolved, redeemed }: BoxFacts['queues'], maxOpen: number): HealthLevel {
  if (outbox - redeemed >= maxOpen) return 'fault';
  return unresolved > 0 ? 'warning' : 'ok';
}
