import type { RandomBytes } from '@scanpay/shared/clock.ts';
import type { EffectiveSettings } from '@scanpay/shared/fleet/box-settings.ts';
import type { TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';
import type { Machine } from '../../ports/machine.ts';
import type { SettingsStore } from '../../ports/settings-store.ts';

/** What makes a box one of a fleet; a box without it takes no configuration and tells nothing of itself. */
export interface FleetDeps {
  /** As the box's own file has them. */
  base: EffectiveSettings;
  store: SettingsStore;
  machine: Machine;
  versions: TelemetryBody['versions'];
  /** Null: a box without certificate. */
  certificateExpiresAtMs(): number | null;
  /** Of this process. */
  memoryBytes(): number;
  setLogLevel(level: EffectiveSettings['logLevel']): void;
  randomBytes: RandomBytes;
}
