import { connect } from 'node:net';

const answerWithinMs = 5_000;

/**
 * Asks a service of this machine whether it is there: `http:` for an answer, any other scheme for a connection.
 *
 * @returns `failing` for an answer with a status of 500 or more
 */
export function askService(url: string, authorization?: string): Promise<'silent' | 'failing' | 'good'> {
  const { protocol, hostname, port } = new URL(url);
  return protocol === 'http:' ? askHttp(url, authorization) : askTcp(hostname, Number(port));
}

async function askHttp(url: string, authorization?: string): Promise<'silent' | 'failing' | 'good'> {
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(answerWithinMs),
      redirect: 'manual',
      ...(authorization === undefined ? {} : { headers: { authorization } }),
    });
    await answer.body?.cancel();
    return answer.status >= 500 ? 'failing' : 'good';
  } catch {
    return 'silent';
  }
}

function askTcp(host: string, port: number): Promise<'silent' | 'good'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerWithinMs });
    const end = (answered: 'silent' | 'good') => () => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', end('good')).once('error', end('silent')).once('timeout', end('silent'));
  });
}
