import { type Box, readDeviceJson, refusalOf } from './box.ts';
import type { OperatorApi, RegisteredClaim } from './operator-api.ts';
import type { Step } from './steps.ts';

export interface ClaimOptions {
  deviceId: string;
  merchantId: string;
}

/** Gets a claim from the operator; `show` puts it before the technician. It is secret, and noted nowhere. */
export function listClaimSteps(
  api: OperatorApi,
  place: ClaimOptions,
  show: (claim: RegisteredClaim) => Promise<void>,
): Step[] {
  return [
    {
      id: 'register',
      title: '설치코드 받기 / Get a claim',
      would: `ask the operator for a claim of ${place.deviceId} at ${place.merchantId}`,
      async run() {
        const claim = await api.registerClaim(place);
        await show(claim);
        return { words: `${claim.deviceId}, until ${new Date(claim.expiresAtMs).toISOString()}` };
      },
    },
  ];
}

const enrolMs = 60_000;

/** Gets a claim, and has the box use it at once: no scanner is needed. */
export function listApplySteps(box: Box, api: OperatorApi, place: ClaimOptions): Step[] {
  return [
    {
      id: 'enrol',
      title: '단말기 등록 / Enrol the box',
      would: `get a claim of ${place.deviceId} and use it on ${box.name}, unless the box is that already`,
      async run() {
        const { deviceId } = readDeviceJson(await box.device(['retire', '--check', '--force']));
        if (deviceId === place.deviceId) return { words: `is ${place.deviceId} already`, wasDone: true };
        const { text } = await api.registerClaim(place);
        // By its standard input: arguments are seen by everybody on the machine.
        const enrolled = await box.device(['enrol', '--claim-file', '-', '--json'], {
          input: text,
          deadlineMs: enrolMs,
        });
        const said = readDeviceJson(enrolled);
        if (said.ok !== true) throw refusalOf(said);
        return { words: `${String(said.deviceId)} at ${String(said.merchantId)}`, facts: { deviceId: said.deviceId } };
      },
    },
  ];
}
