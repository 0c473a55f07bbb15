import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { MmsGateway } from '../../ports/mms.ts';
import type { MmsInbox, ReceivedMms } from '../../ports/mms-inbox.ts';
import { checkMmsMessage, checkMobile } from './check-message.ts';
import { fileName, listNumbers, openPhoneFolder, type PhoneFolder } from './phone-folder.ts';

/** Phones whose folders are remembered; the one unused for longest makes way. */
const rememberedPhones = 500;
/** Messages one look at a phone shows. */
const shownMessages = 100;

interface Phone {
  folder: Promise<PhoneFolder>;
  /** Ends with the last message so far: messages to one phone go one after the other. */
  latest: Promise<void>;
  waiting: number;
}

/**
 * The MMS gateway that needs no carrier: messages become files, one folder per phone, to be looked at as if on the
 * phone. `directory` is made when needed; one process at a time writes there.
 */
export function createMmsOutbox({ directory }: { directory: string }): MmsGateway & MmsInbox {
  const phones = new Map<string, Phone>();

  const openPhone = (mobile: string): Phone => {
    const phone = phones.get(mobile) ?? {
      folder: openPhoneFolder(join(directory, mobile)),
      latest: Promise.resolve(),
      waiting: 0,
    };
    phones.delete(mobile);
    phones.set(mobile, phone);
    return phone;
  };
  /** Never one in use: two openers of a folder would give two messages the same number. */
  const forgetUnused = (excess: number): void => {
    const unused = [...phones].filter(([, phone]) => phone.waiting === 0);
    for (const [mobile] of unused.slice(0, Math.max(0, excess))) phones.delete(mobile);
  };
  return {
    async send(message) {
      await checkMmsMessage(message);
      const phone = openPhone(message.toMobile);
      phone.waiting += 1;
      const added = phone.latest.then(async () => (await phone.folder).add(message));
      phone.latest = added.catch(() => undefined);
      try {
        await added;
      } catch (cause) {
        // A folder in doubt is read afresh, once nothing waits for it.
        if (phone.waiting === 1) phones.delete(message.toMobile);
        throw new ScanPayError('upstream_unavailable', 'the MMS outbox cannot be written', { cause });
      } finally {
        phone.waiting -= 1;
        if (phones.size > rememberedPhones) forgetUnused(phones.size - rememberedPhones);
      }
    },
    ...createInbox(directory),
  };
}

function createInbox(directory: string): MmsInbox {
  return {
    async listMobiles() {
      const names = await readdir(directory).catch(noneWhenMissing);
      return names.filter((name) => /^[0-9]{8,15}$/u.test(name)).sort();
    },
    async listMessages(mobile) {
      checkMobile(mobile);
      const path = join(directory, mobile);
      const numbers = (await listNumbers(path)).slice(-shownMessages).reverse();
      const messages = await Promise.all(numbers.map((number) => readMessage(path, number)));
      return messages.filter((message) => message !== undefined);
    },
    async readJpeg(mobile, number) {
      checkMobile(mobile);
      if (!Number.isSafeInteger(number) || number < 1) return undefined;
      return readFile(join(directory, mobile, fileName(number, 'jpg'))).catch(undefinedWhenMissing);
    },
  };
}

/** Undefined: it was deleted as an old one meanwhile. */
async function readMessage(path: string, number: number): Promise<ReceivedMms | undefined> {
  const textPath = join(path, fileName(number, 'txt'));
  const written = await stat(textPath).catch(undefinedWhenMissing);
  const content = await readFile(textPath, 'utf8').catch(undefinedWhenMissing);
  if (written === undefined || content === undefined) return undefined;
  const [subject = ''] = content.split('\n', 1);
  const text = content.slice(subject.length + 2, -1);
  const hasJpeg = (await stat(join(path, fileName(number, 'jpg'))).catch(undefinedWhenMissing)) !== undefined;
  return { number, subject, text, hasJpeg, receivedAtMs: Math.trunc(written.mtimeMs) };
}

function noneWhenMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
