import type { Clock } from '@scanpay/shared/clock.ts';
import { accept, errorTable, type Result, refuse } from '@scanpay/shared/errors.ts';
import {
  BoxSettingsSchema,
  checkSettings,
  type EffectiveSettings,
  layOver,
} from '@scanpay/shared/fleet/box-settings.ts';
import type { ConfigRejection, DesiredConfig, ReportedConfig } from '@scanpay/shared/fleet/config-messages.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { SettingsStore } from '../../ports/settings-store.ts';
import type { Log } from '../deps.ts';

type Refusal = ReturnType<typeof refuse>;
export type ConfigReport = Pick<ReportedConfig, 'appliedVersion' | 'appliedAtMs' | 'rejected'>;

/** The settings in force: the box's own file, and over it what the operator wants. */
export interface Settings {
  current(): EffectiveSettings;
  appliedVersion(): number;
  isRejected(): boolean;
  /** Applies what is newer and holds, after it is on disk; whatever comes of it is reported. */
  take(desired: DesiredConfig): void;
  linkChanged(up: boolean): void;
}

const parseSettings = createParser(BoxSettingsSchema);
const maxDetailChars = 200;

export function createSettings(deps: {
  deviceId: DeviceId;
  /** As the box's own file has them. */
  base: EffectiveSettings;
  store: SettingsStore;
  clock: Clock;
  report(report: ConfigReport): void;
  /** Called after every change, and once at the beginning if there is something stored. */
  onApplied(settings: EffectiveSettings): void;
  log: Log;
}): Settings {
  const { deviceId, base, store, clock, log } = deps;
  let settings = base;
  /** The newest version that ever held: what is older is not taken, also where this software cannot use that one. */
  let newest = 0;
  let applied: { version: number; atMs: number | null } = { version: 0, atMs: null };
  let rejected: ConfigRejection | null = null;

  const merge = (raw: unknown): Result<EffectiveSettings> => {
    const parsed = parseSettings(raw);
    return parsed.ok ? checkSettings(layOver(base, parsed.value)) : parsed;
  };
  const report = (): void => deps.report({ appliedVersion: applied.version, appliedAtMs: applied.atMs, rejected });
  const reject = (configVersion: number, { code, detail }: Refusal): void => {
    const { ko, en } = errorTable[code];
    const atMs = clock.nowMs();
    rejected = { configVersion, code, words: { ko, en }, detail: detail.slice(0, maxDetailChars), atMs };
    log.warn({ configVersion, code, detail }, 'configuration rejected, the one before stays');
  };
  const apply = (next: EffectiveSettings, version: number, atMs: number): void => {
    settings = next;
    applied = { version, atMs };
    newest = version;
    rejected = null;
    deps.onApplied(settings);
    log.info({ configVersion: version }, 'configuration in force');
  };
  const keep = (configVersion: number, appliedAtMs: number, raw: unknown): Result<void> => {
    try {
      store.write({ v: 1, deviceId, configVersion, appliedAtMs, settings: raw });
      return accept(undefined);
    } catch (error) {
      return refuse('config_not_stored', String(error));
    }
  };
  const takeNewer = ({ configVersion, settings: raw }: DesiredConfig): void => {
    const merged = merge(raw);
    const atMs = clock.nowMs();
    const kept = merged.ok ? keep(configVersion, atMs, raw) : merged;
    if (!kept.ok) reject(configVersion, kept);
    else if (merged.ok) apply(merged.value, configVersion, atMs);
  };
  const restore = (): void => {
    try {
      const stored = store.read();
      if (stored === undefined || stored.deviceId !== deviceId) return;
      newest = stored.configVersion;
      const merged = merge(stored.settings);
      if (merged.ok) apply(merged.value, stored.configVersion, stored.appliedAtMs);
      // This software knows a key no more: the operator learns of it, and the box goes by its own file meanwhile.
      else reject(stored.configVersion, merged);
    } catch (err) {
      log.error({ err }, 'the stored configuration cannot be read; the box goes by its own file');
    }
  };
  restore();
  return {
    current: () => settings,
    appliedVersion: () => applied.version,
    isRejected: () => rejected !== null,
    take(desired) {
      const { configVersion } = desired;
      if (configVersion < newest) reject(configVersion, refuse('config_stale', `in force: ${newest}`));
      else if (configVersion === applied.version) rejected = null;
      else takeNewer(desired);
      report();
    },
    linkChanged(up) {
      if (up) report();
    },
  };
}
