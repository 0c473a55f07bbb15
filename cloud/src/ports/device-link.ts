import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { DownChannel, UpChannel } from '@scanpay/shared/wire/topics.ts';

/** A message from a box, as the broker delivered it: the topic is checked, the payload is not. */
export interface UpMessage {
  deviceId: DeviceId;
  channel: UpChannel;
  /** At most 16 KiB. */
  payload: Uint8Array;
  /** A stored state (presence, reported), sent because the link has just subscribed. */
  retained: boolean;
  /** The broker may have delivered it before. */
  duplicate: boolean;
}

/** For the log: `connection` comes and goes, `dropped` names an unusable message, `handler` a handler that failed. */
export interface LinkProblem {
  kind: 'connection' | 'dropped' | 'handler';
  detail: string;
}

/** What the owner of a link brings. */
export interface DeviceLinkEvents {
  /**
   * Called in order of arrival, several at once up to a bound. The broker gets its PUBACK when the handler has
   * settled. That is flow control, not evidence: a box repeats its message until it has been answered.
   */
  onMessage(message: UpMessage): void | Promise<void>;
  /** On every change; a link begins disconnected. After `true` the retained states of all boxes come in. */
  onState(connected: boolean): void;
  onProblem(problem: LinkProblem): void;
}

/** The cloud's side of the wire to all boxes, over whichever broker. */
export interface DeviceLink {
  /** Begins to connect and resolves at once: an unreachable broker is tried again for as long as it takes. */
  start(): Promise<void>;
  /** Resolves when the connections are closed and running handlers have settled, within a deadline. */
  stop(): Promise<void>;
  /**
   * Resolves when the broker has acknowledged the message. Rejects with `upstream_unavailable` when there is no
   * connection or no acknowledgement in time, `too_large` above 16 KiB, `invalid_input` for `retain` on a channel
   * that holds no state. Nothing is queued: a box that is away does not get the message (except retained ones).
   */
  publish(
    deviceId: DeviceId,
    channel: DownChannel,
    payload: Uint8Array | string,
    options?: { retain?: boolean },
  ): Promise<void>;
}
