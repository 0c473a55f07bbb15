import { readFileSync, statSync } from 'node:fs';

/** Where tools look for the credentials of the staff, in words for their usage. */
export const staffUsage = `  --staff-file FILE    name:password of the operator's staff in one line, readable by you alone;
                       or in the environment, as SCANPAY_STAFF; without them nobody signs in`;

/**
 * The `Authorization` (HTTP Basic, RFC 7617) that a tool shows to the operator: of the file, or else of `SCANPAY_STAFF`.
 * Undefined: there is neither. Never from the command line, which everybody on the machine sees.
 * @throws Error that says what is wrong with them
 */
export function readStaffCredentials(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const said = file === undefined ? env.SCANPAY_STAFF : readOwn(file);
  if (said === undefined) return undefined;
  const line = said.replace(/\r?\n$/u, '').normalize('NFC');
  const where = file ?? 'SCANPAY_STAFF';
  if (!/^[^:]+:.+$/u.test(line)) throw new Error(`${where}: one line, name:password`);
  return `Basic ${Buffer.from(line).toString('base64')}`;
}

function readOwn(file: string): string {
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} can be read by others: chmod 600 ${file}`);
  return readFileSync(file, 'utf8');
}

/** What to say beside the operator's refusal of a call; empty: nothing. */
export const staffAdvice = (code: string): { ko: string; en: string } | undefined =>
  code === 'sign_in_missing'
    ? {
        ko: '이름:비밀번호를 적은 파일을 --staff-file 로 지정하거나 SCANPAY_STAFF 에 넣으세요.',
        en: 'Put name:password into a file and say --staff-file FILE, or set SCANPAY_STAFF.',
      }
    : undefined;
