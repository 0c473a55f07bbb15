import { type BoxView, BoxViewSchema } from '@scanpay/shared/api/box.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { ServiceState } from '../core/doctor/check-list.ts';
import { connectTcp } from './probe-machine.ts';

export interface FoundService {
  service: ServiceState;
  /** What it says of itself; undefined where it does not speak as a box. */
  running?: BoxView;
}

const parseView = createParser(BoxViewSchema);

/**
 * Whoever listens where the counter page would be is taken for the box: in doubt it is not disturbed. If it is, it is
 * asked by its local API (`GET /api/state`).
 */
export async function findService(
  { host, port }: { host: string; port: number },
  waitMs: number,
): Promise<FoundService> {
  if (port === 0) return { service: 'unknown' };
  // A page for the whole network is asked from within.
  const own = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  if ((await connectTcp(own, port, waitMs)) !== 'taken') return { service: 'stopped' };
  try {
    const url = `http://${own.includes(':') ? `[${own}]` : own}:${port}/api/state`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(waitMs), redirect: 'error' });
    const view = parseView(await answer.json());
    return view.ok ? { service: 'running', running: view.value } : { service: 'running' };
  } catch {
    return { service: 'running' };
  }
}
