import type { UpMessage } from '@scanpay/cloud/ports/device-link.ts';
import type { Uplink, UplinkEvents } from '@scanpay/device/ports/uplink.ts';
import { noTimer } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { DownChannel, UpChannel } from '@scanpay/shared/wire/topics.ts';
import type { Network } from './network.ts';
import type { SimProcess } from './process.ts';
import type { Timeline } from './timeline.ts';

/** The operator's end: the broker lives and dies in its process, as the embedded one does. */
export interface BrokerHost {
  life: SimProcess;
  onMessage(message: UpMessage): Promise<void>;
}

/** Everything either side puts on the wire, for the checks. */
export interface WireTap {
  up(deviceId: DeviceId, channel: UpChannel, payload: string): void;
  down(deviceId: DeviceId, channel: DownChannel, payload: string): void;
}

export interface SimBroker {
  createUplink(
    box: { deviceId: DeviceId; life: SimProcess; createPresence(): Promise<{ online: string; offline: string }> },
    events: UplinkEvents,
  ): Uplink;
  /** For the operator's role. */
  publish(deviceId: DeviceId, channel: DownChannel, payload: string): Promise<void>;
  /** The operator has started; boxes find the broker again. */
  host(host: BrokerHost): void;
  /** Breaks a box's connection, as a bad socket does; the box notices within its ping. */
  breakLink(deviceId: DeviceId): void;
  /** What somebody sends who has a box's credentials, whatever it is. */
  inject(deviceId: DeviceId, channel: UpChannel, payload: string): void;
}

interface Connection {
  deviceId: DeviceId;
  life: SimProcess;
  events: UplinkEvents;
  host: BrokerHost;
  will: string;
  open: boolean;
  lose(): void;
}

/** The uplink's ping and its deadline. */
const noticeMs = 2_500;
const firstPauseMs = 500;
const longestPauseMs = 15_000;
const encoder = new TextEncoder();

/** Carries messages between boxes and operator with the network's faults; clean sessions, nothing kept for later. */
export function createBroker(deps: { timeline: Timeline; network: Network; tap: WireTap }): SimBroker {
  const { timeline, network, tap } = deps;
  const connections = new Map<DeviceId, Connection>();
  let current: BrokerHost | null = null;

  const deliverUp = (host: BrokerHost, deviceId: DeviceId, channel: UpChannel, payload: string): void => {
    if (!host.life.isAlive()) return;
    const message = { deviceId, channel, payload: encoder.encode(payload), retained: false, duplicate: false };
    void host.onMessage(message).catch(() => undefined);
  };
  const publishUp = (connection: Connection, channel: UpChannel, payload: string, onAck: () => void): void => {
    const { deviceId, host } = connection;
    tap.up(deviceId, channel, payload);
    network.carry({ from: deviceId, to: 'operator' }, () => {
      // What has left the box arrives, also when its power goes in the next instant.
      if (connection.open) onAck();
      deliverUp(host, deviceId, channel, payload);
    });
  };
  const drop = (connection: Connection): void => {
    if (!connection.open) return;
    connection.open = false;
    connections.delete(connection.deviceId);
    const { host, deviceId, will } = connection;
    timeline.after(noticeMs, () => deliverUp(host, deviceId, 'presence', will));
    timeline.after(noticeMs, () => connection.life.isAlive() && connection.lose());
  };

  return {
    createUplink: (box, events) =>
      createUplink({ ...deps, connections, host: () => current, publishUp, drop }, box, events),
    async publish(deviceId, channel, payload) {
      tap.down(deviceId, channel, payload);
      const connection = connections.get(deviceId);
      if (current === null) throw new ScanPayError('upstream_unavailable', 'no broker');
      if (connection === undefined || connection.host !== current) return;
      network.carry({ from: 'operator', to: deviceId }, () => {
        if (!connection.open || !connection.life.isAlive()) return;
        const message = { channel, payload: encoder.encode(payload), retained: false };
        void Promise.resolve(connection.events.onMessage(message)).catch((error: unknown) =>
          connection.events.onProblem(`a message handler failed: ${String(error)}`),
        );
      });
    },
    host(host) {
      for (const connection of [...connections.values()]) drop(connection);
      current = host;
    },
    breakLink(deviceId) {
      const connection = connections.get(deviceId);
      if (connection !== undefined) drop(connection);
    },
    inject(deviceId, channel, payload) {
      if (current !== null) deliverUp(current, deviceId, channel, payload);
    },
  };
}

interface UplinkGround {
  timeline: Timeline;
  network: Network;
  connections: Map<DeviceId, Connection>;
  host(): BrokerHost | null;
  publishUp(connection: Connection, channel: UpChannel, payload: string, onAck: () => void): void;
  drop(connection: Connection): void;
}

function createUplink(
  ground: UplinkGround,
  box: Parameters<SimBroker['createUplink']>[0],
  events: UplinkEvents,
): Uplink {
  const { deviceId, life } = box;
  let connection: Connection | null = null;
  let cancelTimer: () => void = noTimer;
  let failures = 0;

  const retry = (): void => {
    failures += 1;
    cancelTimer = life.scheduler.after(
      Math.min(firstPauseMs * 2 ** Math.min(failures, 10), longestPauseMs),
      () => void connect(),
    );
  };
  const connect = async (): Promise<void> => {
    const presence = await box.createPresence();
    const host = ground.host();
    const isCut =
      ground.network.isCut({ from: deviceId, to: 'operator' }) ||
      ground.network.isCut({ from: 'operator', to: deviceId });
    if (host === null || !host.life.isAlive() || isCut) return retry();
    const old = ground.connections.get(deviceId);
    // A second session under the same name takes over from the first (MQTT 3.1.1 §3.1.4).
    if (old !== undefined) ground.drop(old);
    const opened: Connection = {
      deviceId,
      life,
      events,
      host,
      will: presence.offline,
      open: true,
      lose() {
        connection = null;
        events.onState('disconnected');
        retry();
      },
    };
    connection = opened;
    ground.connections.set(deviceId, opened);
    ground.publishUp(opened, 'presence', presence.online, () => undefined);
    cancelTimer = life.scheduler.after(20, () => {
      if (!opened.open) return;
      failures = 0;
      events.onState('connected');
    });
  };
  return {
    start: () => void connect(),
    async stop() {
      cancelTimer();
      if (connection !== null) connection.open = false;
    },
    publish(channel, payload) {
      const open = connection;
      if (open === null) return Promise.resolve('not-sent');
      return new Promise((resolve) => {
        const cancel = life.scheduler.after(5_000, () => resolve('not-sent'));
        ground.publishUp(open, channel, String(payload), () => {
          cancel();
          resolve('acknowledged');
        });
      });
    },
  };
}
