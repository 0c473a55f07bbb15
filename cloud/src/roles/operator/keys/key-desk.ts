import type { Clock } from '@scanpay/shared/clock.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { hashKeySet, type OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import type { HeldKeysStore } from '../../../ports/held-keys-store.ts';
import type { Log } from '../../../ports/log.ts';

/** Tells boxes what to believe of the operator, and knows which of them have heard it. */
export interface KeyDesk {
  /** To a box that is there (again). */
  send(deviceId: DeviceId): Promise<void>;
  /** The keys have changed: every box is told, those that are away as soon as they are back. */
  announce(): Promise<void>;
  /** A box has said what it holds. */
  noteHeld(deviceId: DeviceId, keysSha256: string): Promise<void>;
  /** What is announced now, and the boxes that do not hold it yet, as many as are listed. */
  readState(): Promise<{ keys: OperatorKeySet; keysSha256: string; holding: number; missing: DeviceId[] }>;
}

const pageSize = 500;
const maxMissing = 1_000;

export function createKeyDesk(deps: {
  store: HeldKeysStore;
  /** What is to be believed now; its time changes when it does. */
  keySet: () => OperatorKeySet;
  publish(deviceId: DeviceId, keys: OperatorKeySet): Promise<void>;
  clock: Clock;
  log: Log;
}): KeyDesk {
  const { store, keySet, publish, clock, log } = deps;
  const listAll = async function* () {
    for (let after: DeviceId | null = null; ; ) {
      const page = await store.listKeyHolders(after, pageSize);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = last.deviceId;
    }
  };
  const send = (deviceId: DeviceId): Promise<void> =>
    publish(deviceId, keySet()).catch((err: unknown) => log.info({ err, deviceId }, 'keys not sent yet'));

  return {
    send,
    async announce() {
      for await (const { deviceId } of listAll()) await send(deviceId);
    },
    noteHeld: (deviceId, keysSha256) => store.noteHeldKeys(deviceId, keysSha256, clock.nowMs()),
    async readState() {
      const keys = keySet();
      const current = hashKeySet(keys);
      const missing: DeviceId[] = [];
      let holding = 0;
      for await (const { deviceId, keysSha256 } of listAll()) {
        if (keysSha256 === current) holding += 1;
        else if (missing.length < maxMissing) missing.push(deviceId);
      }
      return { keys, keysSha256: current, holding, missing };
    },
  };
}
