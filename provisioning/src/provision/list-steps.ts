import { readStaffCredentials } from '@scanpay/shared/system/staff-credentials.ts';
import { type Box, createBox } from './box.ts';
import { listCheckSteps } from './check.ts';
import { listApplySteps, listClaimSteps } from './claim.ts';
import { listDecommissionSteps } from './decommission.ts';
import { listHandOverSteps } from './hand-over.ts';
import { listInstallSteps } from './install.ts';
import { createOperatorApi, type OperatorApi } from './operator-api.ts';
import { type Command, checkOperator, type Values } from './options.ts';
import { listPrepareSteps } from './prepare.ts';
import type { Step } from './steps.ts';
import { createLocalTransport, createSshTransport } from './transports.ts';
import type { View } from './views.ts';

/** The steps of a command, from what was asked. @throws Error that names the argument at fault. */
export function listSteps(command: Command, values: Values, view: View): Step[] {
  switch (command) {
    case 'prepare':
      return listPrepareSteps({
        bootDir: must(values, 'boot'),
        hostname: checkHostname(values.hostname ?? values.device ?? 'scanpay-box'),
        user: values.user ?? 'scanpay-tech',
        sshKeyFiles: values['ssh-key'] ?? [],
        debFile: values.deb,
        configFile: values.config,
        wifiText: values.wifi,
        claim: values.claim ?? claimGetter(values),
      });
    case 'install':
      return listInstallSteps(boxOf(values), { debFile: must(values, 'deb'), configFile: values.config });
    case 'claim': {
      const place = { deviceId: must(values, 'device'), merchantId: must(values, 'merchant') };
      if (values.target === undefined && !values.local) {
        return listClaimSteps(apiOf(values), place, view.claim);
      }
      return listApplySteps(boxOf(values), apiOf(values), place);
    }
    case 'check':
      return listCheckSteps(boxOf(values), view.report);
    case 'hand-over':
      return listHandOverSteps(boxOf(values), apiOf(values), must(values, 'technician'));
    case 'decommission':
      return listDecommissionSteps(boxOf(values), apiOf(values), {
        isForced: values.force ?? false,
        leavesOff: values['leave-off'] ?? false,
      });
  }
}

function must<Name extends keyof Values>(values: Values, name: Name): NonNullable<Values[Name]> {
  const value = values[name];
  if (value === undefined) throw new Error(`say --${name}`);
  return value;
}

const apiOf = (values: Values): OperatorApi =>
  createOperatorApi(checkOperator(must(values, 'operator')), readStaffCredentials(values['staff-file']));

function claimGetter(values: Values): (() => Promise<string>) | undefined {
  if (values.operator === undefined) return undefined;
  const place = {
    deviceId: must(values, 'device'),
    merchantId: must(values, 'merchant'),
  };
  const api = apiOf(values);
  return async () => (await api.registerClaim(place)).text;
}

function checkHostname(name: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(name)) return name;
  throw new Error(`--hostname ${name}: letters, digits and hyphens`);
}

function boxOf(values: Values): Box {
  const { target, port } = values;
  if (port !== undefined && !/^[0-9]{1,5}$/.test(port)) throw new Error(`--port ${port}: a number`);
  const ssh = values['ssh-command'];
  const transport =
    target === undefined
      ? createLocalTransport()
      : createSshTransport({
          destination: target,
          ...(port === undefined ? {} : { port: Number(port) }),
          ...(ssh === undefined ? {} : { command: ssh }),
        });
  const [first = 'scanpay-device', ...rest] = (values['device-command'] ?? 'scanpay-device').split(' ');
  const user = values['service-user'] ?? 'scanpay';
  const configFile = values['box-config'];
  return createBox(transport, {
    usesSudo: !(values['no-sudo'] ?? false),
    serviceUser: user === 'none' ? null : user,
    deviceCommand: [first, ...rest],
    ...(configFile === undefined ? {} : { configFile }),
  });
}
