import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { type BoxControl, BoxHealthSchema } from '../../ports/update.ts';
import { type UpdateFolders, updateFiles } from './update-folder.ts';

const deadlineMs = 5_000;
const maxAnswerBytes = 16 * 1024;
const parseHealth = createParser(BoxHealthSchema);

interface Answer {
  status: number;
  text: string;
}

/** The box over its socket. A restart is asked for by a file: it needs no rights, and works with a box that hangs. */
export function createSocketBoxControl(folders: UpdateFolders, { scheduler }: { scheduler: Scheduler }): BoxControl {
  const { socket, restart } = updateFiles(folders);
  const ask = (method: 'GET' | 'POST', path: string): Promise<Answer | undefined> => {
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    const sent = request({ socketPath: socket, method, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > maxAnswerBytes) sent.destroy();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', () => resolve(undefined));
    });
    const cancel = scheduler.after(deadlineMs, () => sent.destroy());
    sent.on('error', () => resolve(undefined));
    sent.on('close', () => {
      cancel();
      resolve(undefined);
    });
    sent.end();
    return promise;
  };
  return {
    async health() {
      const answer = await ask('GET', '/health');
      const parsed = answer?.status === 200 ? parseHealth(parseJson(answer.text)) : undefined;
      return parsed?.ok === true ? parsed.value : undefined;
    },
    close: async () => (await ask('POST', '/close'))?.status === 200,
    restart: () => writeFileSync(restart, `${scheduler.nowMs()}\n`),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema says no to it.
  }
}
