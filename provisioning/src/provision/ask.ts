import { confirm, isCancel, select, text } from '@clack/prompts';
import { type Command, commands, needed, type Values } from './options.ts';

const descriptions: Record<Command, string> = {
  prepare: '카드 준비 / Prepare a card',
  install: '설치 / Install on a running Pi',
  claim: '설치코드 / Claim',
  check: '점검 / Check',
  'hand-over': '인수인계 / Hand over',
  decommission: '철거 / Decommission',
};

/** Undefined: the technician gave up. */
export async function askCommand(): Promise<Command | undefined> {
  const options = commands.map((value) => ({ value, label: descriptions[value] }));
  const chosen = await select({ message: '무엇을 할까요? / What is to be done?', options });
  return isCancel(chosen) ? undefined : chosen;
}

/** Asks for what is missing. Undefined: the technician gave up. */
export async function askMissing(command: Command, values: Values): Promise<Values | undefined> {
  const complete = { ...values };
  for (const { name, question, placeholder } of needed[command]) {
    if (complete[name] !== undefined) continue;
    const validate = (given: string | undefined): string | undefined =>
      given?.trim() ? undefined : '비어 있습니다 / empty';
    const answer = await text({ message: question, placeholder, validate });
    if (isCancel(answer)) return undefined;
    complete[name] = answer.trim();
  }
  return complete;
}

/** Before what cannot be undone. */
export async function askWhetherSure(command: Command, values: Values): Promise<boolean> {
  if (command !== 'decommission') return true;
  const what = values.force
    ? '미완료 거래가 있어도 키를 파기합니다. / Destroy the keys, although payments may be open.'
    : '단말기의 키를 파기합니다. / Destroy the keys of the box.';
  const sure = await confirm({ message: what, initialValue: false });
  return !isCancel(sure) && sure;
}
