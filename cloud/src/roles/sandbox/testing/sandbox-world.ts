import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createHttpDownload } from '../../../drivers/peers/http-download.ts';
import type { Company } from '../../../ports/ledger.ts';
import type { ReceivedMms } from '../../../ports/mms-inbox.ts';
import { createSettlementWorld, type SettlementWorld } from '../../settle/testing/settlement-world.ts';
import type { CompanyCall, CompanyDownload } from '../ask-company.ts';
import { createSandboxApp } from '../sandbox-app.ts';

export interface SandboxWorld {
  /** Three real companies, reached through their HTTP APIs. */
  companies: SettlementWorld;
  /** A message arrives. */
  deliver(mobile: string, message: Pick<ReceivedMms, 'subject' | 'text'>, jpeg?: Buffer): void;
  /** The company does not answer any more. */
  unplug(company: Company): void;
  app: ReturnType<typeof createSandboxApp>;
  dispose(): Promise<void>;
}

/** 2026-11-23 14:05 in Seoul. */
const receivedAtMs = Date.UTC(2026, 10, 23, 5, 5);

/** The sandbox on top of a settlement that really happens, and phones that get what a test delivers. */
export async function createSandboxWorld(): Promise<SandboxWorld> {
  const companies = await createSettlementWorld();
  const phones = new Map<string, { message: ReceivedMms; jpeg: Buffer | undefined }[]>();
  const unplugged = new Set<Company>();
  const callTo =
    (company: Company): CompanyCall =>
    async ({ method, path, body }) => {
      if (unplugged.has(company)) return { status: 502, body: 'bad gateway' };
      const payload = body === undefined ? {} : { payload: body as object };
      const response = await companies.companies[company].app.inject({ method, url: path, ...payload });
      return { status: response.statusCode, body: response.json() };
    };
  const downloadFrom = (company: Company): CompanyDownload => {
    const { app: companyApp } = companies.companies[company];
    return async (path) => {
      if (unplugged.has(company)) throw new ScanPayError('upstream_unavailable', company);
      const url = companyApp.listeningOrigin;
      return createHttpDownload({ baseUrl: () => url, deadlineMs: 30_000 })(path);
    };
  };
  for (const { app: each } of Object.values(companies.companies)) await each.listen({ host: '127.0.0.1', port: 0 });
  const app = createSandboxApp({
    inbox: {
      listMobiles: async () => [...phones.keys()].sort(),
      listMessages: async (mobile) => (phones.get(mobile) ?? []).map(({ message }) => message).reverse(),
      readJpeg: async (mobile, number) => phones.get(mobile)?.[number - 1]?.jpeg,
    },
    callTo,
    downloadFrom,
    log: { info() {}, warn() {}, error() {} },
  });
  return {
    companies,
    deliver(mobile, message, jpeg) {
      const messages = phones.get(mobile) ?? [];
      const number = messages.length + 1;
      messages.push({ message: { ...message, number, hasJpeg: jpeg !== undefined, receivedAtMs }, jpeg });
      phones.set(mobile, messages);
    },
    unplug: (company) => void unplugged.add(company),
    app,
    async dispose() {
      await app.close();
      await companies.dispose();
    },
  };
}
