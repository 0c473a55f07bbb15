import type { WorldReport } from './run-world.ts';

/** Sums of a run, and what a person reads of it. */
export interface RunTally {
  add(report: WorldReport): void;
  /** Worlds, payments, simulated time, outcomes by share. */
  summary(elapsedMs: number): string[];
}

export function createRunTally(): RunTally {
  const outcomes = new Map<string, number>();
  const changes = new Map<string, number>();
  let worlds = 0;
  let payments = 0;
  let steps = 0;
  let spanMs = 0;
  return {
    add(report) {
      worlds += 1;
      payments += report.payments;
      steps += report.steps;
      spanMs += report.spanMs;
      count(outcomes, report.outcomes);
      count(changes, report.changes);
    },
    summary(elapsedMs) {
      const perSecond = Math.round(payments / (elapsedMs / 1000));
      const hours = (spanMs / 3_600_000).toFixed(1);
      return [
        `${payments} payments in ${worlds} worlds, ${steps} steps, ${hours} h of their time, ${perSecond} payments/s`,
        ...[...outcomes]
          .sort((one, other) => other[1] - one[1])
          .map(([name, count]) => `  ${((100 * count) / payments).toFixed(2).padStart(6)} %  ${name}`),
        `changes of schedules: ${[...changes].map(([name, count]) => `${count} ${name}`).join(', ')}`,
      ];
    },
  };
}

function count(sums: Map<string, number>, counted: Record<string, number>): void {
  for (const [name, number] of Object.entries(counted)) sums.set(name, (sums.get(name) ?? 0) + number);
}

/** What broke, and how to see it again. */
export function tellViolation(report: WorldReport, worldPayments: number): string[] {
  const { seed, steps, violation } = report;
  if (violation === null) return [];
  const again = `npm run simulate -- --seed ${seed} --payments ${worldPayments} --world ${worldPayments}`;
  return [
    ...report.story,
    '',
    `VIOLATED: ${violation.check}, seed ${seed}, step ${steps}${violation.paymentId ? `, payment ${violation.paymentId}` : ''}`,
    `  ${violation.detail}`,
    `  again: ${again}`,
  ];
}
