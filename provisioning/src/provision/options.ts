import { parseArgs } from 'node:util';

export const commands = ['prepare', 'install', 'claim', 'check', 'hand-over', 'decommission'] as const;
export type Command = (typeof commands)[number];

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;

const all = {
  boot: text,
  deb: text,
  config: text,
  wifi: text,
  'ssh-key': texts,
  hostname: text,
  user: text,
  claim: text,
  operator: text,
  'staff-file': text,
  device: text,
  merchant: text,
  target: text,
  local: flag,
  port: text,
  technician: text,
  force: flag,
  'leave-off': flag,
  'dry-run': flag,
  json: flag,
  yes: flag,
  state: text,
  'no-state': flag,
  'no-sudo': flag,
  'service-user': text,
  'device-command': text,
  'box-config': text,
  'ssh-command': text,
  help: flag,
} as const;

export type Values = ReturnType<typeof parseCommandLine>['values'];

/** @throws Error that names the argument at fault. */
export function parseCommandLine(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], options: all, allowPositionals: true });
  const [named, ...more] = positionals;
  if (more.length > 0) throw new Error(`unexpected: ${more.join(' ')}`);
  const command = commands.find((each) => each === named);
  if (named !== undefined && command === undefined) throw new Error(`no command ${named}`);
  return { command, values };
}

type TextName = { [K in keyof Values]-?: NonNullable<Values[K]> extends string ? K : never }[keyof Values];

/** What a command cannot do without, with the question for a person. */
export const needed: Record<Command, readonly { name: TextName; question: string; placeholder: string }[]> = {
  prepare: [
    { name: 'boot', question: '부팅 파티션 폴더 / Folder of the boot partition', placeholder: '/media/…/bootfs' },
  ],
  install: [{ name: 'deb', question: '패키지 파일 / Package', placeholder: 'scanpay-box_0.1.0_arm64.deb' }],
  claim: [
    { name: 'operator', question: '운영사 주소 / Operator', placeholder: 'http://host:port' },
    { name: 'merchant', question: '가맹점 번호 / Merchant', placeholder: 'm-…' },
    { name: 'device', question: '단말기 번호 / Box', placeholder: 'box-…' },
  ],
  check: [],
  'hand-over': [
    { name: 'operator', question: '운영사 주소 / Operator', placeholder: 'http://host:port' },
    { name: 'technician', question: '설치기사 이름 / Technician', placeholder: '김기사' },
  ],
  decommission: [{ name: 'operator', question: '운영사 주소 / Operator', placeholder: 'http://host:port' }],
};

/** @throws Error when it is not an address of HTTP. */
export function checkOperator(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw new Error(`--operator ${url}: http(s)://host:port`);
  return url;
}
