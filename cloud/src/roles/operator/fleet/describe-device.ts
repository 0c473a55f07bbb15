import type { ConfigState, DeviceRow } from '@scanpay/shared/api/fleet.ts';
import type { Merchants } from '../../../core/verify/merchants.ts';
import type { FleetRow } from '../../../ports/fleet-store.ts';

function configState({ desiredVersion, appliedVersion, rejected }: FleetRow): ConfigState {
  if (desiredVersion === 0) return 'none';
  if (desiredVersion === appliedVersion) return 'applied';
  return rejected?.configVersion === desiredVersion ? 'rejected' : 'waiting';
}

export function describeDevice(row: FleetRow, merchants: Merchants): DeviceRow {
  const { deviceId, merchantId, group, enrolledAtMs, presence, lastSeenAtMs, health, softwareVersion } = row;
  const { desiredVersion, appliedVersion } = row;
  return {
    deviceId,
    merchantId,
    merchantName: merchants.find(merchantId)?.name ?? merchantId,
    group,
    enrolledAtMs,
    online: presence?.online ?? null,
    sinceMs: presence?.sinceMs ?? null,
    lastSeenAtMs,
    health,
    softwareVersion,
    config: { state: configState(row), desiredVersion, appliedVersion },
  };
}
