import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createConnection } from 'node:net';

export interface Reply {
  status: number;
  type: string;
  text: string;
}

export interface Request {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

const deadlineMs = 60_000;
let lastAddress = 0;

/** Loopback has many addresses; a limit per address is then not what is tried out. */
function nextLocalAddress(): string {
  lastAddress += 1;
  return `127.1.${lastAddress >> 8}.${lastAddress & 0xff || 255}`;
}

function open(base: string, path: string, { method = 'POST', headers = {} }: Request): ClientRequest {
  const { hostname: host, port } = new URL(base);
  const signal = AbortSignal.timeout(deadlineMs);
  // The path goes out as it is: a URL would tidy it up.
  return request({ host, port, path, method, headers, agent: false, localAddress: nextLocalAddress(), signal });
}

async function readReply(outgoing: ClientRequest): Promise<Reply> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text };
}

/** One request on a connection of its own. @throws Error when there is no answer. */
export function send(base: string, path: string, what: Request = {}): Promise<Reply> {
  const { body = '' } = what;
  // Node leaves it out for the methods that have no body as a rule.
  const length = body.length === 0 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const outgoing = open(base, path, { ...what, headers: { ...what.headers, ...length } });
  outgoing.end(body);
  return readReply(outgoing);
}

const json = { 'content-type': 'application/json' };

/** Announces a body of this size and sends none of it: what is too large is refused on its announcement. */
export function announce(
  base: string,
  path: string,
  bytes: number,
  headers: Record<string, string> = json,
): Promise<Reply> {
  const outgoing = open(base, path, { headers: { ...headers, 'content-length': String(bytes) } });
  outgoing.flushHeaders();
  return readReply(outgoing).finally(() => outgoing.destroy());
}

/** Sends a body of unannounced size until the server has had enough; resolves with the bytes sent by then. */
export async function pour(
  base: string,
  path: string,
  mostBytes: number,
  headers: Record<string, string> = json,
): Promise<number> {
  const outgoing = open(base, path, { headers: { ...headers, 'transfer-encoding': 'chunked' } });
  const enough = new AbortController();
  for (const event of ['response', 'error', 'close']) outgoing.once(event, () => enough.abort());
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  let sent = 0;
  while (sent < mostBytes && !enough.signal.aborted) {
    sent += chunk.length;
    if (!outgoing.write(chunk)) await once(outgoing, 'drain', enough).catch(() => undefined);
  }
  outgoing.on('error', () => undefined).destroy();
  return sent;
}

/** Bytes straight into a connection; all that comes back until the server closes it. */
export async function sendBytes(base: string, bytes: string): Promise<string> {
  const { hostname: host, port } = new URL(base);
  const socket = createConnection({ host, port: Number(port) });
  const timer = setTimeout(() => socket.destroy(new Error('the server does not close')), deadlineMs);
  socket.write(bytes, 'latin1');
  let text = '';
  for await (const chunk of socket.setEncoding('latin1')) text += chunk;
  clearTimeout(timer);
  return text;
}
