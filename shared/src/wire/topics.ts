import { accept, type Result, refuse } from '../errors.ts';
import { type DeviceId, idPattern } from '../ids.ts';

/**
 * MQTT topics: `scanpay/v1/{deviceId}/up/{channel}` from the box, `scanpay/v1/{deviceId}/down/{channel}` to it.
 * Built and parsed only here; the broker's rules and both drivers are derived from these lists.
 */
const prefix = 'scanpay/v1';

/**
 * From the box. `payment`: requests, confirms, inquiries, reversals, cancels. `settlement`: answers to statements.
 * `presence`: retained birth and last will. `reported`: retained, the configuration the box has applied. `telemetry`: how
 * the box is. `release`: retained, the release the box runs, and how far an update is. `command-result`: what came of
 * commands. `alarm`: the alarms that are open.
 */
export const upChannels = [
  'payment',
  'settlement',
  'presence',
  'reported',
  'telemetry',
  'release',
  'command-result',
  'alarm',
] as const;
export type UpChannel = (typeof upChannels)[number];

/**
 * To the box. `payment`: results and acknowledgements. `settlement`: statements. `config`: retained, the desired
 * configuration. `rejected`: answers to messages that could not be used. `keys`: retained, what to believe of the operator.
 * `release`: retained, the desired release. `command`: commands. `alarm`: acknowledgements of reports.
 */
export const downChannels = [
  'payment',
  'settlement',
  'config',
  'rejected',
  'keys',
  'release',
  'command',
  'alarm',
] as const;
export type DownChannel = (typeof downChannels)[number];

/** Channels that hold a state rather than an event: only these may be retained, for a retained payment would be replayed. */
const retainedChannels: ReadonlySet<string> = new Set([
  'up/presence',
  'up/reported',
  'up/release',
  'down/config',
  'down/keys',
  'down/release',
]);

export type Topic =
  | { deviceId: DeviceId; direction: 'up'; channel: UpChannel }
  | { deviceId: DeviceId; direction: 'down'; channel: DownChannel };

export function upTopic(deviceId: DeviceId, channel: UpChannel): string {
  return `${prefix}/${deviceId}/up/${channel}`;
}

export function downTopic(deviceId: DeviceId, channel: DownChannel): string {
  return `${prefix}/${deviceId}/down/${channel}`;
}

/** Subscription of the cloud: one channel of every box. */
export function upFilter(channel: UpChannel): string {
  return `${prefix}/+/up/${channel}`;
}

/** Subscription of a box: everything that is meant for it. */
export function downFilter(deviceId: DeviceId): string {
  return `${prefix}/${deviceId}/down/+`;
}

export function mayRetain(direction: 'up' | 'down', channel: UpChannel | DownChannel): boolean {
  return retainedChannels.has(`${direction}/${channel}`);
}

const deviceIdPattern = new RegExp(idPattern.deviceId);

export function isDeviceId(text: string): text is DeviceId {
  return deviceIdPattern.test(text);
}

function isOneOf<Name extends string>(names: readonly Name[], text: string): text is Name {
  return (names as readonly string[]).includes(text);
}

/** Refuses (`invalid_input`) everything but the exact topics above: other versions, other channels, wildcards. */
export function parseTopic(text: string): Result<Topic> {
  const levels = text.split('/', 6);
  const [root, version, deviceId = '', direction, channel = ''] = levels;
  if (levels.length !== 5 || `${root}/${version}` !== prefix) return refuse('invalid_input', 'not a ScanPay topic');
  if (!isDeviceId(deviceId)) return refuse('invalid_input', 'the topic names no box');
  if (direction === 'up' && isOneOf(upChannels, channel)) return accept({ deviceId, direction, channel });
  if (direction === 'down' && isOneOf(downChannels, channel)) return accept({ deviceId, direction, channel });
  return refuse('invalid_input', 'unknown channel');
}
