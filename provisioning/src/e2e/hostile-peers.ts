import { randomBytes } from 'node:crypto';
import { openPeerLink } from '@scanpay/cloud/drivers/links/open-peer-link.ts';
import type { PeerLink } from '@scanpay/cloud/ports/peer-link.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import type { Identities } from '../demo/identities.ts';
import type { CompanyName, CompanyUrls } from '../demo/settlement-day.ts';
import * as plain from './hostile-request.ts';

/** Who makes the calls that a company takes from others; on disputed lines, both of its neighbours. */
export function callersOf(company: CompanyName, path: string): [CompanyName, ...CompanyName[]] {
  if (company !== 'pg') return ['pg'];
  if (path.endsWith('/line-acts')) return ['card', 'operator'];
  return path.startsWith('/v1/statements') && !path.endsWith('/lines') ? ['card'] : ['operator'];
}

/** A company that has turned hostile: it signs whatever is sent. */
export function openHostileLink(keys: Identities, company: CompanyName): PeerLink {
  const section = { signingKey: keys.links[company], peers: {}, clockSkewMs: 0 };
  const nonces = { use: () => Promise.resolve(true) };
  return openPeerLink(company, section, { nonces, clock: systemScheduler, randomBytes }).link;
}

/** The requests of `hostile-request.ts`, signed as by the company whose call it would be, so that they get in. */
export function createSealedRequests({ keys, urls }: { keys: Identities; urls: CompanyUrls }) {
  const links = {
    operator: openHostileLink(keys, 'operator'),
    pg: openHostileLink(keys, 'pg'),
    card: openHostileLink(keys, 'card'),
  };
  const seal = async (base: string, path: string, { method = 'POST', headers = {}, body = '' }: plain.Request) => {
    const found = Object.entries(urls).find(([, url]) => url === base);
    if (found === undefined) return headers;
    const company = found[0] as CompanyName;
    const asked = { method, target: path, headers, body };
    return { ...headers, ...(await links[callersOf(company, path)[0]].signRequest(company, asked)) };
  };
  const json = { 'content-type': 'application/json' };
  const send = async (base: string, path: string, what: plain.Request = {}) =>
    plain.send(base, path, { ...what, headers: await seal(base, path, what) });
  return {
    send,
    sendJson: (base: string, path: string, body: string | Uint8Array) => send(base, path, { headers: json, body }),
    announce: async (base: string, path: string, bytes: number) =>
      plain.announce(base, path, bytes, await seal(base, path, { headers: json })),
    pour: async (base: string, path: string, mostBytes: number) =>
      plain.pour(base, path, mostBytes, await seal(base, path, { headers: json })),
  };
}
