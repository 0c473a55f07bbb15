import { type Metrics, readEach, readOne } from '@scanpay/shared/metrics/metrics.ts';
import type { OperatorContext } from './operator-context.ts';

const mostCounted = 10_000;

/** What waits at the operator, and how its boxes are. */
export function meterOperator(metrics: Metrics, ctx: OperatorContext): void {
  const { issues, authorisations, undoings, store } = ctx;
  metrics.gauge(
    { name: 'queue_depth', help: 'Work that waits or is under way', labels: ['queue'] },
    readEach('queue', () => ({
      issues: issues.size(),
      authorisations: authorisations.size(),
      undoings: undoings.size(),
    })),
  );
  metrics.gauge(
    { name: 'boxes_online', help: 'Boxes that are connected', labels: [] },
    readOne(async () => (await store.countFleet()).online),
  );
  metrics.gauge(
    { name: 'alarms_open', help: 'Alarms that are not cleared, by severity', labels: ['severity'] },
    readEach('severity', async () => ({
      critical: 0,
      major: 0,
      minor: 0,
      warning: 0,
      ...(await store.countOpenAlarms()),
    })),
  );
  metrics.gauge(
    { name: 'merchants_overdue', help: 'Merchants whose debt was carried forward for too long', labels: [] },
    readOne(async () => (await store.listBoxesWithOpen('merchant-debt-overdue', mostCounted)).length),
  );
  metrics.gauge(
    { name: 'commands_open', help: 'Commands to boxes that have not ended, by state', labels: ['state'] },
    readEach('state', async () => ({ queued: 0, sent: 0, accepted: 0, ...(await store.countOpenCommands()) })),
  );
}
