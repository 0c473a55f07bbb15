import { randomBytes } from 'node:crypto';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Passwords } from '../../../ports/passwords.ts';
import type { StaffSection } from '../../../staff-config.ts';
import { createRoleApp, type RoleApp } from '../role-app.ts';
import { guardStaff } from './staff-guard.ts';

const passwords: Passwords = {
  hash: async (password) => password,
  isRight: async (password, hash) => password === hash,
  decoyHash: '',
};
const users: StaffSection = {
  users: {
    viewer: { role: 'viewer', passwordHash: 'pw-viewer' },
    staff: { role: 'staff', passwordHash: 'pw-staff' },
    김정산: { role: 'manager', passwordHash: 'pw:김정산' },
  },
};
const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});
const asViewer = basic('viewer', 'pw-viewer');
const asStaff = basic('staff', 'pw-staff');
const asManager = basic('김정산', 'pw:김정산');

let logged: object[];
let app: RoleApp;
let done: (string | null)[];

function createApp(section: StaffSection | undefined): RoleApp {
  logged = [];
  done = [];
  const note = (fields: object): void => void logged.push(fields);
  const log = { info: note, warn: note, error: note };
  const made = createRoleApp({ title: 'operator', log, staffMaySignIn: true });
  guardStaff(made, { section, passwords, scheduler: createVirtualScheduler(), randomBytes, log, watchdogKey: 'key-1' });
  const act = async ({ staff }: { staff: { name: string } | null }) => {
    done.push(staff?.name ?? null);
    return { done: true };
  };
  made.after(() => {
    made.get('/v1/boxes', act);
    made.post('/v1/boxes/:boxId/revoke', act);
    made.post('/v1/contracts', { config: { access: 'manager' } }, act);
    made.get('/v1/transfers', { config: { access: 'manager' } }, act);
    made.get('/v1/offers', { config: { access: 'open' } }, act);
    made.post('/v1/approvals', { config: { callers: ['pg'] } }, act);
    made.register((scope, _options, next) => {
      scope.put('/v1/file', act);
      next();
    });
  });
  return made;
}

beforeEach(() => {
  app = createApp(users);
});
afterEach(() => app.close());

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT';
async function ask(method: Method, url: string, headers: Record<string, string> = {}) {
  const answer = await app.inject({ method, url, headers });
  const code = method === 'HEAD' || answer.statusCode === 200 ? '' : answer.json().code;
  return { status: answer.statusCode, code, headers: answer.headers, body: answer.body };
}

describe('a route for the staff', () => {
  it('asks for name and password in Korean and English, as RFC 7617 has it', async () => {
    const answer = await ask('GET', '/v1/boxes');
    expect(answer).toMatchObject({ status: 401, code: 'sign_in_missing' });
    expect(answer.headers['www-authenticate']).toBe('Basic realm="ScanPay staff", charset="UTF-8"');
    expect(JSON.parse(answer.body).message).toEqual({ ko: '로그인이 필요합니다.', en: 'Sign in first.' });
    expect((await ask('HEAD', '/v1/boxes')).status).toBe(401);
  });

  it.each(['Basic', 'Basic !!!', 'Basic Og', 'Bearer key-2', 'Bearer', 'Digest x', `Basic ${btoa('staff')}`, 'key-1'])(
    'is not opened by %j',
    async (authorization) => {
      expect((await ask('GET', '/v1/boxes', { authorization })).status).toBe(401);
      expect(done).toEqual([]);
    },
  );

  it('knows who signed in, and asks again after a wrong password', async () => {
    expect((await ask('GET', '/v1/boxes', asManager)).status).toBe(200);
    expect(done).toEqual(['김정산']);
    const wrong = await ask('GET', '/v1/boxes', basic('staff', 'pw-viewer'));
    expect(wrong).toMatchObject({ status: 401, code: 'sign_in_wrong' });
    expect(wrong.headers['www-authenticate']).toContain('Basic');
  });

  it('says when to come back after too many wrong ones', async () => {
    for (let index = 0; index < 10; index += 1) await ask('GET', '/v1/boxes', basic('staff', `guess ${index}`));
    const locked = await ask('GET', '/v1/boxes', asStaff);
    expect(locked).toMatchObject({ status: 429, code: 'sign_in_locked' });
    expect(locked.headers['retry-after']).toBe('90');
    expect(locked.headers['www-authenticate']).toBeUndefined();
  });

  it('is for those whose role allows it', async () => {
    const codes = async (headers: Record<string, string>) => [
      (await ask('GET', '/v1/boxes', headers)).status,
      (await ask('POST', '/v1/boxes/b-1/revoke', headers)).status,
      (await ask('PUT', '/v1/file', headers)).status,
      (await ask('POST', '/v1/contracts', headers)).status,
      (await ask('GET', '/v1/transfers', headers)).status,
    ];
    expect(await codes(asViewer)).toEqual([200, 403, 403, 403, 403]);
    expect(await codes(asStaff)).toEqual([200, 200, 200, 403, 403]);
    expect(await codes(asManager)).toEqual([200, 200, 200, 200, 200]);
    expect(await codes({ authorization: 'Bearer key-1' })).toEqual([200, 403, 403, 403, 403]);
    expect(await ask('POST', '/v1/contracts', asStaff)).toMatchObject({ code: 'not_permitted' });
  });

  it('logs what was changed, or taken, by name; of what was refused only the route', async () => {
    await ask('GET', '/v1/boxes', asStaff);
    await ask('POST', '/v1/boxes/b-1/revoke?x=4111111111111111', asStaff);
    await ask('GET', '/v1/transfers', asManager);
    await ask('POST', '/v1/boxes/4111111111111111/revoke', asViewer);
    expect(logged).toEqual([
      { by: 'staff', role: 'staff', method: 'POST', path: '/v1/boxes/b-1/revoke', status: 200 },
      { by: '김정산', role: 'manager', method: 'GET', path: '/v1/transfers', status: 200 },
      { by: 'viewer', role: 'viewer', method: 'POST', path: '/v1/boxes/:boxId/revoke', status: 403 },
    ]);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example', host: 'operator.example' },
    { origin: 'null', host: 'operator.example' },
    { origin: 'http://operator.example:8083', host: 'operator.example:8082' },
  ])('is not changed by a page of another site: %j', async (headers) => {
    const refused = await ask('POST', '/v1/contracts', { ...headers, ...asManager } as Record<string, string>);
    expect(refused).toMatchObject({ status: 403, code: 'cross_site' });
    // Nor is anybody asked for a password by it.
    expect((await ask('POST', '/v1/contracts', headers as Record<string, string>)).status).toBe(403);
    expect(done).toEqual([]);
  });

  it.each([
    { 'sec-fetch-site': 'same-origin', origin: 'https://operator.example', host: '127.0.0.1:8082' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://operator.example:8082', host: 'operator.example:8082' },
    {},
  ])('is changed by its own pages, and by programs: %j', async (headers) => {
    const answer = await ask('POST', '/v1/contracts', { ...headers, ...asManager } as Record<string, string>);
    expect(answer.status).toBe(200);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'takes no body of a form: %s',
    async (type) => {
      const headers = { ...asManager, 'content-type': type };
      const answer = await app.inject({ method: 'POST', url: '/v1/contracts', headers, payload: '{}' });
      expect(answer.statusCode).toBe(400);
      expect(done).toEqual([]);
    },
  );

  it('is said to be one in the OpenAPI document', async () => {
    await app.ready();
    const { paths = {}, components } = app.swagger() as {
      paths?: Record<string, Record<string, { security?: object[] }>>;
      components?: object;
    };
    expect(components).toMatchObject({ securitySchemes: { staff: { type: 'http', scheme: 'basic' } } });
    expect(paths['/v1/boxes']?.get?.security).toEqual([{ staff: ['viewer'] }]);
    expect(paths['/v1/boxes/{boxId}/revoke']?.post?.security).toEqual([{ staff: ['staff'] }]);
    expect(paths['/v1/file']?.put?.security).toEqual([{ staff: ['staff'] }]);
    expect(paths['/v1/transfers']?.get?.security).toEqual([{ staff: ['manager'] }]);
    expect(paths['/v1/offers']?.get?.security).toBeUndefined();
    expect(paths['/v1/approvals']?.post?.security).toBeUndefined();
  });
});

describe('other routes', () => {
  it('ask nobody: what is open, what companies sign, what is not there', async () => {
    expect((await ask('GET', '/v1/offers')).status).toBe(200);
    expect((await ask('GET', '/v1/offers', basic('nobody', 'x'))).status).toBe(200);
    expect((await ask('POST', '/v1/approvals')).status).toBe(200);
    expect((await ask('GET', '/favicon.ico')).status).toBe(404);
    expect(logged).toEqual([]);
  });

  it.each([undefined, { open: true } as const])('nobody is asked at all where the section is %j', async (section) => {
    await app.close();
    app = createApp(section);
    expect((await ask('POST', '/v1/contracts')).status).toBe(200);
    expect(done).toEqual([null]);
  });
});
