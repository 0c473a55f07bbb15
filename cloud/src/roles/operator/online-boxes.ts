import type { Clock } from '@scanpay/shared/clock.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';

/** Which boxes are there, by their own signed birth messages and wills; told anew after each start by the retained ones. */
export interface OnlineBoxes {
  take(deviceId: DeviceId, presence: { sessionId: string; online: boolean }): void;
  isOnline(deviceId: DeviceId): boolean;
  /** Gone since at least so long; for a box that was gone at the start, since then. */
  listGone(atLeastMs: number): DeviceId[];
  listOnline(): DeviceId[];
}

export function createOnlineBoxes(clock: Clock): OnlineBoxes {
  const sessions = new Map<DeviceId, { sessionId: string; goneAtMs: number | null }>();
  return {
    take(deviceId, { sessionId, online }) {
      const known = sessions.get(deviceId);
      // The will of a session that another has followed: the box is there.
      if (!online && known !== undefined && known.sessionId !== sessionId) return;
      const goneAtMs = online ? null : (known?.goneAtMs ?? clock.nowMs());
      sessions.set(deviceId, { sessionId, goneAtMs });
    },
    isOnline: (deviceId) => sessions.get(deviceId)?.goneAtMs === null,
    listGone(atLeastMs) {
      const untilMs = clock.nowMs() - atLeastMs;
      return [...sessions].flatMap(([deviceId, { goneAtMs }]) =>
        goneAtMs !== null && goneAtMs <= untilMs ? deviceId : [],
      );
    },
    listOnline: () => [...sessions].flatMap(([deviceId, { goneAtMs }]) => (goneAtMs === null ? deviceId : [])),
  };
}
