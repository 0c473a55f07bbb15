import { createSandboxApp } from '@scanpay/cloud/roles/sandbox/sandbox-app.ts';
import { makeBoxOpenApi, makeCompanyOpenApis } from '../docs/openapi.ts';

export const services = ['pg', 'operator', 'card', 'sandbox', 'counter'] as const;
export type Service = (typeof services)[number];

/** Paths as OpenAPI writes them, and their methods. */
type Paths = Record<string, Record<string, unknown>>;

/** What the services themselves say they answer to. */
export async function readPaths(): Promise<Record<Service, Paths>> {
  const deps = { inbox: {}, callTo: () => () => Promise.reject(new Error('nobody is called')), log: console };
  const sandbox = createSandboxApp(deps as unknown as Parameters<typeof createSandboxApp>[0]);
  await sandbox.ready();
  const pathsIn = (document: object): Paths => (document as { paths: Paths }).paths;
  const { operator, pg, card } = await makeCompanyOpenApis();
  const paths = {
    pg: pathsIn(pg),
    operator: pathsIn(operator),
    card: pathsIn(card),
    sandbox: pathsIn(sandbox.swagger()),
    counter: pathsIn(await makeBoxOpenApi()),
  };
  await sandbox.close();
  return paths;
}
