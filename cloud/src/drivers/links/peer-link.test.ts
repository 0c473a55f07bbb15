import { verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Company } from '../../ports/ledger.ts';
import type { LinkRequest } from '../../ports/peer-link.ts';
import { createLinks, makeLinkKey } from './testing/link-pair.ts';

let links: ReturnType<typeof createLinks>;
beforeEach(() => {
  links = createLinks();
});

const body = '{"paymentId":"1"}';

async function sign(from: Company, to: Company, target = '/v1/approvals?x=1'): Promise<LinkRequest> {
  const headers = { 'content-type': 'application/json' };
  const signed = await links[from].link.signRequest(to, { method: 'POST', target, headers, body });
  return { method: 'POST', target, headers: { ...headers, ...signed } };
}

const check = (at: Company, request: LinkRequest, callers: readonly Company[]) =>
  links[at].link.checkRequest(request, callers);
const withHeader = (
  request: LinkRequest,
  name: string,
  change: (value: string) => string | undefined,
): LinkRequest => ({
  ...request,
  headers: { ...request.headers, [name]: change(request.headers[name] ?? '') },
});

describe('a request between companies', () => {
  it('is taken from whom it is, once', async () => {
    const request = await sign('operator', 'pg');
    expect(await check('pg', request, ['operator', 'card'])).toEqual({ ok: true, value: 'operator' });
    expect(await check('pg', request, ['operator'])).toMatchObject({ ok: false, code: 'replayed' });
    // Asked again, it is signed again.
    expect(await check('pg', await sign('operator', 'pg'), ['operator'])).toMatchObject({ ok: true });
  });

  it('covers method, path, query, type, digest, times, nonce, key and whom it is for', async () => {
    const { headers } = await sign('operator', 'pg');
    expect(headers['signature-input']).toMatch(
      /^scanpay=\("@method" "@path" "@query" "content-digest" "content-type"\);created=\d+;expires=\d+;nonce="[\w-]{22}";tag="scanpay-to-pg";keyid="operator-link-1"$/,
    );
  });

  it.each([
    ['another method', (request: LinkRequest) => ({ ...request, method: 'GET' })],
    ['another path', (request: LinkRequest) => ({ ...request, target: '/v1/reversals?x=1' })],
    ['another query', (request: LinkRequest) => ({ ...request, target: '/v1/approvals?x=2' })],
    ['a path written otherwise', (request: LinkRequest) => ({ ...request, target: '/v1/./approvals?x=1' })],
    ['another digest', (request: LinkRequest) => withHeader(request, 'content-digest', (v) => v.replace('=:', '=:A'))],
    ['no digest', (request: LinkRequest) => withHeader(request, 'content-digest', () => undefined)],
    ['another type', (request: LinkRequest) => withHeader(request, 'content-type', () => 'text/plain')],
    ['no type', (request: LinkRequest) => withHeader(request, 'content-type', () => undefined)],
    [
      'a later expiry',
      (request: LinkRequest) =>
        withHeader(request, 'signature-input', (v) => v.replace(/expires=\d+/, 'expires=9999999999')),
    ],
    [
      'another key',
      (request: LinkRequest) =>
        withHeader(request, 'signature-input', (v) => v.replace('operator-link-1', 'card-link-1')),
    ],
    [
      'an unknown key',
      (request: LinkRequest) => withHeader(request, 'signature-input', (v) => v.replace('operator-link-1', 'nobody')),
    ],
    [
      'no nonce',
      (request: LinkRequest) => withHeader(request, 'signature-input', (v) => v.replace(/;nonce="[^"]+"/, '')),
    ],
    [
      'fewer components',
      (request: LinkRequest) => withHeader(request, 'signature-input', (v) => v.replace(' "content-digest"', '')),
    ],
    ['half a signature', (request: LinkRequest) => withHeader(request, 'signature', (v) => v.slice(0, 40))],
    ['two signatures of one name', (request: LinkRequest) => withHeader(request, 'signature', (v) => `${v}, ${v}`)],
    ['garbage', (request: LinkRequest) => withHeader(request, 'signature-input', () => '"; DROP TABLE')],
  ])('is refused with %s', async (_what, change) => {
    const refused = await check('pg', change(await sign('operator', 'pg')), ['operator', 'card']);
    expect(refused).toMatchObject({ ok: false, code: 'signature_invalid' });
  });

  it('is refused without a signature', async () => {
    const request = await sign('operator', 'pg');
    for (const name of ['signature', 'signature-input']) {
      const bare = withHeader(request, name, () => undefined);
      expect(await check('pg', bare, ['operator'])).toMatchObject({ code: 'signature_missing' });
    }
  });

  it('is refused at another company, although that one knows the key', async () => {
    const request = await sign('pg', 'operator', '/v1/statements');
    expect(await check('card', request, ['pg'])).toMatchObject({ code: 'signature_invalid' });
  });

  it('is refused from a company whose call it is not', async () => {
    expect(await check('pg', await sign('card', 'pg'), ['operator'])).toMatchObject({ code: 'caller_not_allowed' });
  });

  it('is good while the clocks are not too far apart', async () => {
    const early = await sign('operator', 'pg');
    links.scheduler.advance(60_000);
    expect(await check('pg', early, ['operator'])).toMatchObject({ ok: true });
    const late = await sign('operator', 'pg');
    links.scheduler.advance(61_000);
    expect(await check('pg', late, ['operator'])).toMatchObject({ code: 'signature_stale' });
  });
});

describe('an answer', () => {
  const answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"outcome":"approved"}' };
  const answerTo = async (request: LinkRequest, from: Company = 'pg') => {
    const signed = await links[from].link.signAnswer(request, answer);
    return { ...answer, headers: { ...answer.headers, ...signed } };
  };
  const judge = (request: LinkRequest, given: Awaited<ReturnType<typeof answerTo>>) =>
    links.operator.link.checkAnswer('pg', request, given);

  it('is taken as the answer to that very request', async () => {
    const request = await sign('operator', 'pg');
    const given = await answerTo(request);
    expect(await judge(request, given)).toEqual({ ok: true, value: undefined });
    // The same question once more has a signature of its own.
    expect(await judge(await sign('operator', 'pg'), given)).toMatchObject({ code: 'signature_invalid' });
  });

  it('is not taken when it is altered, of another, or unsigned', async () => {
    const request = await sign('operator', 'pg');
    const given = await answerTo(request);
    const wrong = [
      { ...given, status: 402 },
      { ...given, body: given.body.replace('approved', 'declined') },
      { ...given, headers: { ...given.headers, 'content-type': 'text/html' } },
      await answerTo(request, 'card'),
      await answerTo(request, 'operator'),
    ];
    for (const each of wrong) expect(await judge(request, each)).toMatchObject({ code: 'signature_invalid' });
    expect(await judge(request, { ...given, headers: answer.headers as typeof given.headers })).toMatchObject({
      code: 'signature_missing',
    });
    links.scheduler.advance(61_000);
    expect(await judge(request, given)).toMatchObject({ code: 'signature_stale' });
  });
});

describe('a change of keys', () => {
  it('loses no call: the new key is trusted, then used, then the old one is trusted no more', async () => {
    const next = makeLinkKey('operator-link-2');
    const { pg, operator, keys } = links;
    const inFlight = await sign('operator', 'pg');
    const trust = (...own: (typeof next)[]) =>
      pg.changeKeys({ ...pg.section, peers: { ...pg.section.peers, operator: own.map(verifyJwkOf) } });
    trust(keys.operator, next);
    operator.changeKeys({ ...operator.section, signingKey: next });
    expect(await check('pg', inFlight, ['operator'])).toMatchObject({ ok: true });
    const old = await sign('operator', 'pg');
    expect(old.headers['signature-input']).toContain('operator-link-2');
    expect(await check('pg', old, ['operator'])).toMatchObject({ ok: true });
    operator.changeKeys(operator.section);
    const former = await sign('operator', 'pg');
    trust(next);
    expect(await check('pg', former, ['operator'])).toMatchObject({ code: 'signature_invalid' });
  });

  it('is refused when two keys have one name', () => {
    const { pg } = links;
    const twice = { ...pg.section.peers, card: pg.section.peers.operator ?? [] };
    expect(() => pg.changeKeys({ ...pg.section, peers: twice })).toThrow(/operator-link-1/);
  });
});
