import type { DownChannel, UpChannel } from '@scanpay/shared/wire/topics.ts';

/** A message to this box; the channel is checked, the payload is not. */
export interface DownlinkMessage {
  channel: DownChannel;
  /** At most 16 KiB. */
  payload: Uint8Array;
  /** The stored desired configuration, sent because the box has just subscribed. */
  retained: boolean;
}

export type UplinkState = 'connected' | 'disconnected';

/** What the owner of an uplink brings. */
export interface UplinkEvents {
  /** Called in order of arrival. */
  onMessage(message: DownlinkMessage): void | Promise<void>;
  /** On every change; an uplink begins disconnected. `connected`: subscribed, and the birth message acknowledged. */
  onState(state: UplinkState): void;
  /** Why a connection ended or did not come about, or what was dropped; for the log. */
  onProblem(detail: string): void;
}

/**
 * The box's side of the wire. It keeps nothing: the journal is the outbox, and what was not acknowledged, or not
 * answered by the cloud, is sent again from there.
 */
export interface Uplink {
  /** Begins to connect, and goes on trying until `stop`. */
  start(): void;
  /** Says goodbye, so that the cloud sees the box go offline, and resolves when the connection is closed. */
  stop(): Promise<void>;
  /**
   * `acknowledged`: the broker has it, which does not prove that the cloud has. `not-sent`: it is not known to have
   * arrived, and will not be repeated from here; at once while there is no connection. Rejects with `too_large` above
   * 16 KiB and `invalid_input` for `retain` on a channel that holds no state.
   */
  publish(
    channel: Exclude<UpChannel, 'presence'>,
    payload: Uint8Array | string,
    options?: { retain?: boolean },
  ): Promise<'acknowledged' | 'not-sent'>;
}
