import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestHttps } from 'node:https';

interface Reply {
  status: number;
  text: string;
}

/** Hands a signed release to the operator: its manifest, then its artifact. @throws Error with the operator's refusal. */
export async function uploadRelease(
  operatorUrl: string,
  { manifestJws, tarball, version, arch }: { manifestJws: string; tarball: string; version: string; arch: string },
): Promise<void> {
  const entered = await fetch(new URL('/v1/releases', operatorUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ manifestJws }),
  });
  check({ status: entered.status, text: await entered.text() });
  check(await put(new URL(`/v1/releases/${version}/${arch}/artifact`, operatorUrl), tarball));
}

function check({ status, text }: Reply): void {
  if (status !== 200) throw new Error(`the operator refused it (${status}): ${text.slice(0, 500)}`);
}

function put(url: URL, file: string): Promise<Reply> {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': statSync(file).size };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : request;
    const sent = send(url, { method: 'PUT', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    createReadStream(file).on('error', reject).pipe(sent);
  });
}
