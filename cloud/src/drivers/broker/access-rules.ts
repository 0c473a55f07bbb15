import { maxPayloadBytes } from '@scanpay/shared/wire/envelope.ts';
import {
  downChannels,
  downFilter,
  downTopic,
  mayRetain,
  parseTopic,
  upChannels,
  upFilter,
  upTopic,
} from '@scanpay/shared/wire/topics.ts';
import type { Principal } from '../../ports/broker.ts';

/** A message about to be published, by a client or as its last will. */
export interface PublishFacts {
  topic: string;
  qos: number;
  retain: boolean;
  payloadBytes: number;
}

/** What a CONNECT asks for. */
export interface ConnectFacts {
  clientId: string;
  cleanSession: boolean;
  will: PublishFacts | undefined;
}

const cloudClientId = /^cloud-[a-z0-9-]{1,28}$/;

/** A box connects under its own id; the cloud under names that cannot be a box's. */
function ownsClientId(principal: Principal, clientId: string): boolean {
  return principal === 'cloud' ? cloudClientId.test(clientId) : clientId === principal;
}

/**
 * Why `principal` may not connect like this; undefined: it may. No stored sessions: their queues would grow without
 * bound in the memory of this process. The only will is one's own presence.
 */
export function connectRefusal(
  principal: Principal,
  { clientId, cleanSession, will }: ConnectFacts,
): string | undefined {
  if (!ownsClientId(principal, clientId)) return 'a client id of somebody else';
  if (!cleanSession) return 'a stored session';
  if (will === undefined) return undefined;
  if (principal === 'cloud' || will.topic !== upTopic(principal, 'presence'))
    return 'a will on a topic of somebody else';
  return publishRefusal(principal, will);
}

/** Why `principal` may not publish this; undefined: it may. */
export function publishRefusal(principal: Principal, facts: PublishFacts): string | undefined {
  const parsed = parseTopic(facts.topic);
  if (!parsed.ok) return 'an unknown topic';
  const { deviceId, direction, channel } = parsed.value;
  if (principal === 'cloud' ? direction !== 'down' : direction !== 'up' || deviceId !== principal) {
    return 'a topic of somebody else';
  }
  if (facts.qos > 1) return 'QoS 2';
  if (facts.retain && !mayRetain(direction, channel)) return `a retained message on ${direction}/${channel}`;
  if (facts.payloadBytes > maxPayloadBytes) return `a payload of ${facts.payloadBytes} bytes`;
  return undefined;
}

const cloudFilters: ReadonlySet<string> = new Set(upChannels.map(upFilter));

/** Filters are allowed by name: each of one's own channels, and for a box all of them at once. */
export function maySubscribe(principal: Principal, filter: string): boolean {
  if (principal === 'cloud') return cloudFilters.has(filter);
  return filter === downFilter(principal) || downChannels.some((channel) => filter === downTopic(principal, channel));
}

/** The will that the broker publishes for a client it no longer knows; only a presence can be one. */
export function mayPublishOrphanedWill(topic: string): boolean {
  const parsed = parseTopic(topic);
  return parsed.ok && parsed.value.direction === 'up' && parsed.value.channel === 'presence';
}
