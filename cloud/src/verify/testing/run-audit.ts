import { vi } from 'vitest';
import type { FullAudit } from '../audit-books.ts';
import { runVerify } from '../main.ts';

/** The command as somebody types it; what it prints is given back. */
export async function runAudit(...args: string[]): Promise<{ code: number; text: string; errors: string }> {
  let text = '';
  let errors = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const complain = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    errors += String(chunk);
    return true;
  });
  try {
    const code = await runVerify(args);
    return { code, text, errors };
  } finally {
    write.mockRestore();
    complain.mockRestore();
  }
}

/** `company reason seq of n`, of every finding in the evidence, n being the payment's number; the exit code must agree. */
export async function listFindings(folder: string): Promise<string[]> {
  const { code, text } = await runAudit('--data', folder, '--json');
  const { books, evidence } = JSON.parse(text) as FullAudit;
  const isClean = evidence.findingCount === 0 && books.every(({ finding }) => finding === null);
  if (code !== (isClean ? 0 : 1)) throw new Error(`exit code ${code}`);
  return evidence.findings.map(
    ({ company, reason, seq, paymentId }) => `${company} ${reason} ${seq} of ${Number(paymentId.slice(-4))}`,
  );
}
