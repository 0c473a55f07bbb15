import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CloudConfig } from '@scanpay/cloud/config.ts';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { type ServiceProcess, startService } from '../demo/processes.ts';

const cloudEntry = fileURLToPath(new URL('../../../cloud/src/main.ts', import.meta.url));
const companies = ['card', 'pg', 'operator'] as const;
type Company = (typeof companies)[number];

/** After a restart the boxes find the operator where it was. */
async function pinBoxPorts(operator: Required<CloudConfig>['operator']): Promise<Required<CloudConfig>['operator']> {
  const { broker, identity } = operator;
  return {
    ...operator,
    broker: broker.kind === 'embedded' ? { ...broker, port: await pickFreePort() } : broker,
    identity: { ...identity, port: await pickFreePort() },
  };
}

/** Each company on its own: own process, own folder below this one, own configuration with only its section, others by URL. */
export function createCompaniesApart(folder: string) {
  const services = new Map<Company, ServiceProcess>();
  const start = async (company: Company): Promise<void> => {
    const args = ['--config', join(folder, `${company}.json`), '--role', company];
    services.set(company, await startService(cloudEntry, args));
  };
  return {
    services,
    /** Starts a company that was killed: where the others look for it. */
    start,
    async launch(configPath: string): Promise<ServiceProcess> {
      const config = JSON.parse(readFileSync(configPath, 'utf8')) as Required<CloudConfig>;
      const ports = { card: await pickFreePort(), pg: await pickFreePort(), operator: await pickFreePort() };
      const url = (company: Company): string => `http://127.0.0.1:${ports[company]}`;
      const sections = {
        card: { ...config.card, port: ports.card, pgUrl: url('pg') },
        pg: { ...config.pg, port: ports.pg, cardUrl: url('card'), operatorUrl: url('operator') },
        operator: await pinBoxPorts({ ...config.operator, port: ports.operator, pgUrl: url('pg') }),
      };
      for (const company of companies) {
        const section = { dataDir: join(folder, company), [company]: sections[company] };
        writeFileSync(join(folder, `${company}.json`), JSON.stringify(section));
        await start(company);
      }
      const [first] = services.values();
      if (first === undefined) throw new Error('nothing was started');
      const ready = Object.assign({}, ...[...services.values()].map((each) => each.ready)) as Record<string, string>;
      return {
        ...first,
        ready,
        stop: async () => {
          for (const service of [...services.values()].reverse()) await service.stop();
        },
      };
    },
  };
}
