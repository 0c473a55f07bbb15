import { ScanPayError } from '@scanpay/shared/errors.ts';
import { type BrokerAddress, parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import type { OperatorConfigSection } from '../../config.ts';
import type { Broker } from '../../ports/broker.ts';
import type { OwnIdentity } from '../../ports/certificate-authority.ts';
import type { DeviceLink } from '../../ports/device-link.ts';

/** The way to the boxes: the broker inside this process, or the one outside, and the operator's own link to it. */
export interface BoxLink {
  url(): string;
  /** As boxes reach it. */
  boxUrl(): string;
  dropCertificate(serial: string): void;
  setServerIdentity(own: OwnIdentity, ca: string): void;
  /** @throws ScanPayError `upstream_unavailable` before `start`. */
  link(): DeviceLink;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createBoxLink(
  { broker: config }: OperatorConfigSection,
  parts: {
    /** Null: the broker is outside. */
    embedded: Broker | null;
    scheme: 'mqtt' | 'mqtts';
    connect(broker: BrokerAddress): DeviceLink;
  },
): BoxLink {
  const { embedded } = parts;
  let url = config.kind === 'external' ? config.url : '';
  let link: DeviceLink | undefined;
  return {
    url: () => url,
    boxUrl: () => (config.kind === 'embedded' ? (config.url ?? url) : url),
    dropCertificate: (serial) => embedded?.dropCertificate(serial),
    setServerIdentity: (own, ca) => embedded?.setServerIdentity(own, ca),
    link() {
      if (link === undefined) throw new ScanPayError('upstream_unavailable', 'not started');
      return link;
    },
    async start() {
      if (embedded !== null && config.kind === 'embedded') {
        const { port } = await embedded.start();
        url = `${parts.scheme}://${config.host}:${port}`;
      }
      const broker = parseBrokerUrl(url);
      if (!broker.ok) throw new ScanPayError(broker.code, broker.detail);
      link = parts.connect(broker.value);
      await link.start();
    },
    async stop() {
      await link?.stop();
      await embedded?.stop();
    },
  };
}
