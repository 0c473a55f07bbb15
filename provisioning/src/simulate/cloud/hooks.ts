import type { RoleApp } from '@scanpay/cloud/roles/common/role-app.ts';
import { toErrorAnswer } from '@scanpay/shared/api/http-errors.ts';
import type { WireReply, WireRequest } from '../engine/wire-call.ts';

/** What a hook is given to look at: the parts of Fastify's request and reply that it uses. */
interface HookRequest {
  method: string;
  raw: { url: string };
  headers: Record<string, string>;
  ip: string;
  routeOptions: { url: string; config: object };
}

interface HookReply {
  statusCode: number;
  getHeader(name: string): string | undefined;
  headers(more: Record<string, string>): void;
}

interface HookPayload {
  on(event: 'data', listener: (chunk: Buffer) => void): void;
}

export interface Hooks {
  onRequest?(request: HookRequest): Promise<void>;
  preParsing?(request: HookRequest, reply: HookReply, payload: HookPayload, done: () => void): void;
  preValidation?(request: HookRequest): Promise<void>;
  onSend?(request: HookRequest, reply: HookReply, payload: string): Promise<string>;
}

/** What `add` would have Fastify call, one of each kind. */
export function collectHooks(add: (app: RoleApp) => void): Hooks {
  const hooks: Record<string, unknown> = {};
  const app = {
    addHook(name: string, hook: unknown) {
      if (name in hooks) throw new RangeError(`${name}: there is one already`);
      hooks[name] = hook;
    },
  };
  add(app as unknown as RoleApp);
  return hooks as Hooks;
}

/** One request's way through the hooks, in Fastify's order; a refusal is answered in the one shape of all errors. */
export async function passHooks(
  hooks: Hooks,
  { method, path, headers, text = '' }: WireRequest,
  route: { url: string; config: object },
  handle: (text: string) => Promise<unknown>,
): Promise<WireReply> {
  const request: HookRequest = { method, raw: { url: path }, headers, ip: '127.0.0.1', routeOptions: route };
  const answered: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  const reply: HookReply = {
    statusCode: 200,
    getHeader: (name) => answered[name],
    headers: (more) => void Object.assign(answered, more),
  };
  let body: unknown;
  try {
    await hooks.onRequest?.(request);
    const payload: HookPayload = { on: (_event, listener) => listener(Buffer.from(text)) };
    hooks.preParsing?.(request, reply, payload, () => undefined);
    await hooks.preValidation?.(request);
    body = await handle(text);
  } catch (error) {
    const answer = toErrorAnswer(error as Error);
    reply.statusCode = answer.status;
    body = answer.body;
  }
  const sent = JSON.stringify(body);
  const signed = (await hooks.onSend?.(request, reply, sent)) ?? sent;
  return { status: reply.statusCode, headers: answered, text: signed };
}
