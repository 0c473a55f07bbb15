import { type Box, readDeviceJson, refusalOf, service } from './box.ts';
import type { OperatorApi } from './operator-api.ts';
import type { Step } from './steps.ts';

export interface DecommissionOptions {
  /** What is open is given up; the operator resolves it by its own rules. */
  isForced: boolean;
  /** Leave the service off; otherwise the box waits for its next claim. */
  leavesOff: boolean;
}

/**
 * Takes a box out of service: nothing open, the operator's word that it is nobody, then its keys. In this order, for keys
 * that are gone can no longer bring a payment to its end.
 */
export function listDecommissionSteps(
  box: Box,
  api: OperatorApi,
  { isForced, leavesOff }: DecommissionOptions,
): Step[] {
  let deviceId: string | undefined;
  const force = isForced ? ['--force'] : [];
  const lookForOpen = async () => {
    const said = readDeviceJson(await box.device(['retire', '--check', ...force]));
    if (typeof said.deviceId === 'string') deviceId = said.deviceId;
    if (said.ok !== true) throw refusalOf(said);
    const open = `payments ${said.payments}, cancels ${said.cancels}, slips ${said.receipts}`;
    return { words: open, facts: { deviceId: said.deviceId } };
  };
  return [
    {
      id: 'drained',
      title: '미완료 거래 확인 / Look for open payments',
      isLook: true,
      would: '',
      run: lookForOpen,
    },
    {
      id: 'stop',
      title: '서비스 중지 / Stop the service',
      would: `stop ${service}`,
      async run() {
        await box.root(['systemctl', 'stop', service]);
        try {
          return await lookForOpen();
        } catch (error) {
          // A payment came in between: only a box that runs brings it to its end.
          await box.root(['systemctl', 'start', service]);
          throw error;
        }
      },
    },
    {
      id: 'revoke',
      title: '운영사 등록 폐기 / Revoke at the operator',
      would: 'revoke the box at the operator',
      async run(facts) {
        const known = deviceId ?? facts.deviceId;
        if (typeof known !== 'string') return { words: 'the box has no identity', wasDone: true };
        const serials = await api.revoke(known);
        if (serials === null) return { words: `the operator knows no ${known}`, wasDone: true };
        return { words: `${known}: ${serials.length} certificates`, facts: { revoked: serials } };
      },
    },
    {
      id: 'destroy',
      title: '키 파기 / Destroy the keys',
      would: 'destroy the keys of the box, and put its journal aside',
      async run() {
        const said = readDeviceJson(await box.device(['retire', '--destroy-keys', ...force]));
        if (said.ok !== true) throw refusalOf(said);
        return { words: 'destroyed', facts: { journal: said.journal } };
      },
    },
    leavesOff
      ? {
          id: 'disable',
          title: '서비스 끄기 / Switch the service off',
          would: `disable ${service}`,
          async run() {
            await box.root(['systemctl', 'disable', service]);
            return { words: `${service} is off` };
          },
        }
      : {
          id: 'start',
          title: '다음 설치 대기 / Wait for the next claim',
          would: `start ${service}`,
          async run() {
            await box.root(['systemctl', 'start', service]);
            return { words: 'the box waits for a claim' };
          },
        },
  ];
}
