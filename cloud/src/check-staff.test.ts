import { checkConfig } from '@scanpay/shared/config.ts';
import { describe, expect, it } from 'vitest';
import { checkStaff } from './check-staff.ts';
import type { CloudConfig } from './config.ts';
import { StaffSchema } from './staff-config.ts';

const passwordHash = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'B'.repeat(43)}`;
const named = { users: { kim: { role: 'staff', passwordHash } } };
const open = { open: true };

/** As the configuration's schema leaves it, of what matters here. */
const configOf = (host: string, staff: { operator?: object; pg?: object }, rest: object = {}) =>
  ({ host, operator: { staff: staff.operator }, pg: { staff: staff.pg }, ...rest }) as unknown as CloudConfig;
const check = (config: CloudConfig) => () => checkStaff(config, ['pg', 'operator']);

describe('who is asked who he is', () => {
  it.each(['127.0.0.1', '127.8.0.1', '::1', 'localhost'])('nobody, on %s', (host) => {
    expect(check(configOf(host, {}))).not.toThrow();
    expect(check(configOf(host, {}, { sandbox: {} }))).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.0.7', '', '127.evil.example', '127.0.0.1.example', 'operator.example'])(
    'somebody, on %j, or the configuration is wrong',
    (host) => {
      expect(check(configOf(host, {}))).toThrow(/configuration: host .* .pg\.staff\.users/u);
      expect(check(configOf(host, { pg: named }))).toThrow('operator.staff.users');
      expect(check(configOf(host, { pg: named, operator: named }))).not.toThrow();
      expect(check(configOf(host, { pg: open, operator: named }))).not.toThrow();
    },
  );

  it('not by companies that run elsewhere', () => {
    expect(() => checkStaff(configOf('0.0.0.0', { pg: named }), ['pg'])).not.toThrow();
  });

  it('not beside the sandbox, which asks nobody and may do everything', () => {
    expect(check(configOf('127.0.0.1', { operator: named }, { sandbox: {} }))).toThrow('the sandbox');
    expect(check(configOf('0.0.0.0', { operator: open, pg: open }, { sandbox: {} }))).not.toThrow();
  });
});

describe('the section staff', () => {
  const parse = (section: object) => () => checkConfig(StaffSchema, section, 'staff');

  it('takes names of people, with a role and the hash of a password', () => {
    expect(parse(named)).not.toThrow();
    expect(parse(open)).not.toThrow();
    expect(parse({ users: { 김정산: { role: 'manager', passwordHash } } })).not.toThrow();
  });

  it.each([
    { users: {} },
    { users: { 'a:b': { role: 'staff', passwordHash } } },
    { users: { kim: { role: 'admin', passwordHash } } },
    { users: { kim: { role: 'staff', passwordHash: 'plain text' } } },
    { users: { kim: { role: 'staff', passwordHash: passwordHash.replace('ln=15', 'ln=1') } } },
    { ...named, open: true },
    { open: false },
    {},
  ])('does not take %j', (section) => {
    expect(parse(section)).toThrow();
  });
});
