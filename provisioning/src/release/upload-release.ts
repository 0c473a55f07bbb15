import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestHttps } from 'node:https';
import { staffAdvice } from '@scanpay/shared/system/staff-credentials.ts';

interface Reply {
  status: number;
  text: string;
}

/**
 * Hands a signed release to the operator: its manifest, then its artifact.
 *
 * @param authorization what the operator is shown, where it asks who calls
 * @throws Error with the operator's refusal.
 */
export async function uploadRelease(
  operatorUrl: string,
  { manifestJws, tarball, version, arch }: { manifestJws: string; tarball: string; version: string; arch: string },
  authorization?: string,
): Promise<void> {
  const staff = authorization === undefined ? {} : { authorization };
  const entered = await fetch(new URL('/v1/releases', operatorUrl), {
    method: 'POST',
    headers: { ...staff, 'content-type': 'application/json' },
    body: JSON.stringify({ manifestJws }),
  });
  check({ status: entered.status, text: await entered.text() });
  check(await put(new URL(`/v1/releases/${version}/${arch}/artifact`, operatorUrl), tarball, staff));
}

function check({ status, text }: Reply): void {
  if (status === 200) return;
  const advice = status === 401 && text.includes('sign_in_missing') ? ` ${staffAdvice('sign_in_missing')?.en}` : '';
  throw new Error(`the operator refused it (${status}): ${text.slice(0, 500)}${advice}`);
}

function put(url: URL, file: string, staff: { authorization?: string }): Promise<Reply> {
  const headers = { ...staff, 'content-type': 'application/octet-stream', 'content-length': statSync(file).size };
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
