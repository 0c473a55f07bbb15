import { type Box, readDeviceJson, refusalOf } from './box.ts';
import type { OperatorApi } from './operator-api.ts';
import { Refused } from './refused.ts';
import type { Step } from './steps.ts';

const signMs = 180_000;

/** The box checks itself, signs and prints; the operator keeps what it signed. */
export function listHandOverSteps(box: Box, api: OperatorApi, technician: string): Step[] {
  let handOverJws: string | undefined;
  return [
    {
      id: 'sign',
      title: '점검·서명·인쇄 / Check, sign, print',
      would: `have ${box.name} check itself, sign the hand-over by ${technician} and print the slip`,
      async run() {
        const asked = await box.device(['doctor', '--hand-over', technician, '--json'], { deadlineMs: signMs });
        const said = readDeviceJson(asked);
        if (said.ok !== true) throw refusalOf(said);
        handOverJws = String(said.handOverJws);
        return { words: `signed and printed: ${String(said.digest)}`, facts: { handOverJws, digest: said.digest } };
      },
    },
    {
      id: 'record',
      title: '운영사 기록 / Record at the operator',
      would: 'give the signed hand-over to the operator',
      async run(facts) {
        const signed = handOverJws ?? facts.handOverJws;
        if (typeof signed !== 'string') throw new Refused({ ko: '서명이 없습니다.', en: 'Nothing was signed.' });
        const { digest } = await api.recordHandOver(signed);
        return { words: `kept as ${digest}` };
      },
    },
  ];
}
