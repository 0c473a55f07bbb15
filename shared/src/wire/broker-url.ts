import { accept, type Result, refuse } from '../errors.ts';

/** Where an MQTT broker listens. */
export interface BrokerAddress {
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
}

const defaultPort: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883 };

/** `mqtt://host[:1883]` or `mqtts://host[:8883]`; credentials have their own configuration keys and are refused here. */
export function parseBrokerUrl(text: string): Result<BrokerAddress> {
  const url = URL.parse(text);
  const port = url === null ? undefined : defaultPort[url.protocol];
  if (url === null || port === undefined)
    return refuse('configuration', 'a broker URL begins with mqtt:// or mqtts://');
  if (url.username !== '' || url.password !== '') return refuse('configuration', 'a broker URL holds no credentials');
  if (url.hostname === '' || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    return refuse('configuration', 'a broker URL is only host and port');
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return accept({ host, port: url.port === '' ? port : Number(url.port), secure: url.protocol === 'mqtts:' });
}
