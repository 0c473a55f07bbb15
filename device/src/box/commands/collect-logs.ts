import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { accept } from '@scanpay/shared/errors.ts';
import { redactLine } from '@scanpay/shared/redact/redact-line.ts';
import { attachmentPartBytes, type CommandOrder, maxAttachmentParts } from '@scanpay/shared/wire/command-messages.ts';
import type { Host } from '../../ports/host.ts';
import type { CommandRunner } from './command-runner.ts';

const compress = promisify(gzip);
const maxBytes = attachmentPartBytes * maxAttachmentParts;

export interface LogCollection {
  host: Pick<Host, 'readLog'>;
}

export const runCollectLogs = ({ host }: LogCollection): CommandRunner => ({
  kind: 'collect-logs',
  async run(order: CommandOrder & { maxLines?: number }) {
    const lines = host
      .readLog()
      .slice(-(order.maxLines ?? 1))
      .map(redactLine);
    const { attachment, kept } = await pack(lines.map(({ text }) => text));
    const redactedLines = lines.slice(-kept).filter(({ changed }) => changed).length;
    return accept({ result: { lines: kept, redactedLines: kept === 0 ? 0 : redactedLines }, attachment });
  },
});

/** Compressed; the older half is left out as long as it does not fit. */
async function pack(lines: readonly string[]): Promise<{ attachment: Uint8Array; kept: number }> {
  const attachment = await compress(`${lines.join('\n')}\n`);
  if (attachment.length <= maxBytes || lines.length === 0) return { attachment, kept: lines.length };
  return pack(lines.slice(Math.ceil(lines.length / 2)));
}
