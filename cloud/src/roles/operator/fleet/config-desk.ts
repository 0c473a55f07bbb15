import type { Scheduler } from '@scanpay/shared/clock.ts';
import { accept, type Result } from '@scanpay/shared/errors.ts';
import { type BoxSettings, checkSettings } from '@scanpay/shared/fleet/box-settings.ts';
import type { ReportedConfig } from '@scanpay/shared/fleet/config-messages.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { DesiredRecord, FleetStore } from '../../../ports/fleet-store.ts';
import type { Log } from '../../../ports/log.ts';
import type { Retrier } from '../../common/retrier.ts';
import type { DevicePost } from '../device-post.ts';
import type { OperatorLimits } from '../operator-limits.ts';

/** What boxes are to be set to, and how it gets to them. */
export interface ConfigDesk {
  /** Each resolves, once it is on record, with how many boxes got a new version; they are told right after. */
  setOwn(deviceId: DeviceId, settings: BoxSettings): Promise<Result<{ changed: number }>>;
  setGroup(deviceId: DeviceId, group: string | null): Promise<Result<{ changed: number }>>;
  setGroupSettings(group: string, settings: BoxSettings): Promise<Result<{ changed: number }>>;
  takeReported(message: ReportedConfig): Promise<void>;
  /** A box that does not run what is desired is told again. */
  boxOnline(deviceId: DeviceId): Promise<void>;
  /** For a broker that may have lost what it kept. */
  publishAll(): Promise<void>;
  stop(): Promise<void>;
}

const pageSize = 500;

export function createConfigDesk(deps: {
  store: FleetStore;
  post: DevicePost;
  scheduler: Scheduler;
  limits: OperatorLimits;
  retrier: Retrier;
  log: Log;
}): ConfigDesk {
  const { store, post, scheduler, limits, retrier, log } = deps;

  /** Always the newest, also where several changes came one after the other. */
  const deliver = async (deviceId: DeviceId): Promise<boolean> => {
    const desired = await store.findDesired(deviceId);
    if (desired === undefined) return true;
    const { version: configVersion, settings } = desired;
    await post.deliver(deviceId, 'config', { type: 'config.desired', configVersion, settings });
    // A change meanwhile had no try of its own.
    return (await store.findDesired(deviceId))?.version === configVersion;
  };
  /** Nothing waits for it: the broker is tried until it has it, and whatever is lost comes again with `publishAll`. */
  const publish = (records: readonly Pick<DesiredRecord, 'deviceId'>[]): void => {
    for (const { deviceId } of records) void retrier.run(deviceId, () => deliver(deviceId));
  };
  const tell = (changed: DesiredRecord[]): { changed: number } => {
    publish(changed);
    return { changed: changed.length };
  };
  const tellIfDone = (result: Result<DesiredRecord[]>) => (result.ok ? accept(tell(result.value)) : result);
  const about = () => ({ nowMs: scheduler.nowMs(), maxGroups: limits.maxGroups });
  return {
    async setOwn(deviceId, settings) {
      const checked = checkSettings(settings);
      if (!checked.ok) return checked;
      return accept(tell(await store.setOwnSettings(deviceId, settings, scheduler.nowMs())));
    },
    setGroup: async (deviceId, group) => tellIfDone(await store.setGroup(deviceId, group, about())),
    async setGroupSettings(group, settings) {
      const checked = checkSettings(settings);
      return checked.ok ? tellIfDone(await store.setGroupSettings(group, settings, about())) : checked;
    },
    async takeReported({ deviceId, appliedVersion, rejected }) {
      const raised = await store.recordReported(deviceId, { appliedVersion, rejected }, scheduler.nowMs());
      if (rejected !== null) log.warn({ deviceId, ...rejected }, 'a box rejected its configuration');
      if (raised === null) return;
      log.warn({ deviceId, appliedVersion }, 'a box has a configuration that is newer than the records');
      publish([raised]);
    },
    async boxOnline(deviceId) {
      const row = await store.findFleetRow(deviceId);
      if (row !== undefined && row.desiredVersion > row.appliedVersion) publish([row]);
    },
    async publishAll() {
      try {
        let after: DeviceId | null = null;
        for (;;) {
          const page: DesiredRecord[] = await store.listDesired(after, pageSize);
          publish(page);
          const last = page.at(-1);
          if (last === undefined || page.length < pageSize) return;
          after = last.deviceId;
        }
      } catch (err) {
        log.error({ err }, 'the configurations could not be published');
      }
    },
    stop: retrier.stop,
  };
}
