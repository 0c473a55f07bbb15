import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BoxView } from '@scanpay/shared/api/box.ts';
import type { SetUpView } from '@scanpay/shared/api/set-up.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { expect } from 'vitest';
import { type ServiceProcess, startService } from '../demo/processes.ts';
import type { HostileWorld } from './hostile-world.ts';

const entry = fileURLToPath(new URL('../../../device/src/main.ts', import.meta.url));

/** The world's box as it comes out of its carton: same instruments, no identity, no journal. */
export interface UnclaimedBox extends ServiceProcess {
  /** What its page says. */
  look(): Promise<SetUpView>;
  /** Its page says so, the last refusal included. */
  waitFor(stage: SetUpView['stage'], refusal: string | null): Promise<SetUpView>;
  /** Resolves with the counter's view once the box sells. */
  waitUntilItSells(): Promise<BoxView>;
}

/** `keepsIdentity`: the box as it is, but for its configuration. */
export async function startUnclaimedBox(
  world: HostileWorld,
  { keepsIdentity = false, config = {} }: { keepsIdentity?: boolean; config?: object } = {},
): Promise<UnclaimedBox> {
  await world.running.box?.stop();
  const boxDir = join(world.dataDir, 'box');
  if (!keepsIdentity) {
    for (const name of ['identity', 'box.sqlite', 'box.sqlite-wal', 'box.sqlite-shm', 'boot-orders.json']) {
      rmSync(join(boxDir, name), { recursive: true, force: true });
    }
  }
  const path = join(world.dataDir, 'config', 'box.json');
  const { deviceId: _id, ...local } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  // The clerk of the world knows where its counter page is.
  const { port } = new URL(world.counterUrl);
  writeFileSync(path, JSON.stringify({ ...local, counter: { port: Number(port) }, ...config }));
  const service = await startService(entry, ['--config', path], {
    until: keepsIdentity ? 'ready' : 'waiting',
  });
  world.running.box = service;
  const ask = async <View>(name: string): Promise<View> => {
    const answer = await fetch(`${world.counterUrl}/api/${name}`);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return (await answer.json()) as View;
  };
  const look = (): Promise<SetUpView> => ask('set-up');
  return {
    ...service,
    look,
    async waitFor(stage, refusal) {
      let seen: SetUpView | undefined;
      await until(async () => {
        seen = await look();
        expect([seen.stage, seen.refusal?.code ?? null]).toEqual([stage, refusal]);
      });
      if (seen === undefined) throw new Error('nothing seen');
      return seen;
    },
    async waitUntilItSells() {
      let seen: BoxView | undefined;
      await until(async () => {
        seen = await ask<BoxView>('state');
        expect(seen).toMatchObject({ linkUp: true, clockTrusted: true });
      });
      if (seen === undefined) throw new Error('nothing seen');
      return seen;
    },
  };
}
