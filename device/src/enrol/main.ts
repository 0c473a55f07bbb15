import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ErrorCode, errorTable, ScanPayError } from '@scanpay/shared/errors.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { LocalConfigSchema } from '../config.ts';
import { createFirstSlipFile } from '../drivers/identity/first-slip-file.ts';
import { createHttpsEnrolmentApi } from '../drivers/identity/https-enrolment-api.ts';
import { createIdentityFolder } from '../drivers/identity/identity-folder.ts';
import { makeSigningKey, makeTlsKey } from '../drivers/identity/make-keys.ts';
import { enrolBox, type GivenClaim } from './enrol-box.ts';

const defaultConfigFile = '/etc/scanpay/box.json';

const usage = `usage: scanpay-device enrol [--config FILE] (--claim TEXT | --claim-file FILE | --code CODE --operator URL)
  --config FILE      the box's configuration (default: $SCANPAY_CONFIG, or ${defaultConfigFile})
  --claim TEXT       what the QR code of the claim says, SPE1:…
  --claim-file FILE  a file with that text; - reads standard input
  --code CODE        the claim's short code, with the operator's address
  --operator URL     https://host:port
  --ca-sha256 HASH   the operator's CA, with --code; without it the server needs a certificate of the web's CAs
  --other-operator   leave the operator this box belongs to
  --json             the outcome as one line of JSON
exit code: 0 enrolled, 1 refused, 2 wrong arguments or configuration
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  config: text,
  claim: text,
  'claim-file': text,
  code: text,
  operator: text,
  'ca-sha256': text,
  'other-operator': flag,
  json: flag,
  help: flag,
};

type Values = Partial<Record<'claim' | 'claim-file' | 'code' | 'operator' | 'ca-sha256', string>>;

/** Undefined: not said in any of the ways. */
function readGiven(values: Values): GivenClaim | undefined {
  const file = values['claim-file'];
  const claim = values.claim ?? (file === undefined ? undefined : readFileSync(file === '-' ? 0 : file, 'utf8').trim());
  if (claim !== undefined) return { kind: 'text', text: claim };
  const { code, operator: url, 'ca-sha256': caSha256 } = values;
  if (code === undefined || url === undefined) return undefined;
  return { kind: 'code', code, url, ...(caSha256 === undefined ? {} : { caSha256 }) };
}

/** `scanpay-device enrol`, with the arguments after it. Gives the exit code, as `usage` has it. */
export async function runEnrol(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options });
    const given = readGiven(values);
    if (values.help || given === undefined) {
      (values.help ? process.stdout : process.stderr).write(usage);
      return values.help ? 0 : 2;
    }
    const path = values.config ?? process.env.SCANPAY_CONFIG ?? defaultConfigFile;
    const { dataDir } = readConfigFile(LocalConfigSchema, path);
    const deps = {
      store: createIdentityFolder(join(dataDir, 'identity')),
      api: createHttpsEnrolmentApi({ scheduler: systemScheduler }),
      makeTlsKey,
      makeSigningKey,
    };
    // Before the identity is there: a box that waits beside this command tests itself the moment it is.
    const firstSlip = createFirstSlipFile(join(dataDir, 'identity'));
    const wasDue = firstSlip.isDue();
    firstSlip.set();
    const enrolled = await enrolBox(deps, given, { mayChangeOperator: values['other-operator'] ?? false });
    if (!enrolled.ok && !wasDue) firstSlip.clear();
    if (!enrolled.ok) return tellRefusal(enrolled, values.json ?? false);
    const { deviceId, configuration, expiresAtMs } = enrolled.value;
    const { merchantId, name } = configuration.merchant;
    const said = { ok: true, deviceId, merchantId, expiresAtMs };
    process.stdout.write(values.json ? `${JSON.stringify(said)}\n` : `${deviceId} — ${name} (${merchantId})\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof ScanPayError ? error.message : String(error)}\n`);
    return 2;
  }
}

function tellRefusal({ code, detail }: { code: ErrorCode; detail: string }, asJson: boolean): number {
  const { ko, en } = errorTable[code];
  if (asJson) process.stdout.write(`${JSON.stringify({ ok: false, code, message: { ko, en }, detail })}\n`);
  else process.stderr.write(`${ko}\n${en}\n${code}${detail === '' ? '' : `: ${detail}`}\n`);
  return 1;
}
