import { cancel, intro, log, note, outro, spinner } from '@clack/prompts';
import type { DoctorReport } from '@scanpay/device/core/doctor/report.ts';
import QRCode from 'qrcode';
import type { RegisteredClaim } from './operator-api.ts';
import type { StepEvent, StepsOutcome } from './steps.ts';

/** How the technician is told. */
export interface View {
  begin(command: string, isDryRun: boolean): void;
  event(event: StepEvent): void;
  claim(claim: RegisteredClaim): Promise<void>;
  report(report: DoctorReport, text: string): void;
  end(outcome: StepsOutcome): void;
}

type Write = (text: string) => void;

/** One line of JSON for each event. */
export function createJsonView(write: Write): View {
  const say = (said: object): void => write(`${JSON.stringify(said)}\n`);
  return {
    begin: (command, isDryRun) => say({ event: 'begin', command, isDryRun }),
    event: (event) => say(toPlainEvent(event)),
    claim: async (claim) => say({ event: 'claim', ...claim }),
    report: (report) => say({ event: 'report', report }),
    end: ({ ok, refused, facts }) =>
      say({
        event: 'end',
        ok,
        facts,
        ...(refused === null ? {} : { message: { ko: refused.ko, en: refused.message } }),
      }),
  };
}

function toPlainEvent(event: StepEvent): object {
  if (event.event !== 'refused') return event;
  const { refused, ...about } = event;
  return { ...about, message: { ko: refused.ko, en: refused.message }, exitCode: refused.exitCode };
}

const marks = { done: '✓', 'was-done': '✓', 'left-out': '–', would: '…' } as const;

/** Lines of text, for a file or a pipe. */
export function createPlainView(write: Write): View {
  return {
    begin: (command, isDryRun) =>
      write(`scanpay-provision ${command}${isDryRun ? ' (dry run: nothing is changed)' : ''}\n`),
    event(event) {
      if (event.event === 'began') return;
      if (event.event === 'refused') write(`✗ ${event.title}\n  ${event.refused.ko}\n  ${event.refused.message}\n`);
      else write(`${marks[event.event]} ${event.title}: ${describe(event)}\n`);
    },
    claim: async (claim) => write(`${await drawClaim(claim)}\n`),
    report: (_report, text) => write(text),
    end: ({ ok }) => write(ok ? '완료 / Done\n' : '중단 / Stopped\n'),
  };
}

function describe(event: Exclude<StepEvent, { event: 'began' | 'refused' }>): string {
  if (event.event === 'would') return `would ${event.words}`;
  return event.event === 'was-done' ? `${event.words} (nothing to do)` : event.words;
}

/** The terminal draws the code; its quiet zone is drawn, too. */
async function drawClaim({ text, code, deviceId, merchantId, expiresAtMs }: RegisteredClaim): Promise<string> {
  const picture = await QRCode.toString(text, { type: 'utf8', errorCorrectionLevel: 'M', margin: 2 });
  const until = new Date(expiresAtMs).toLocaleString('sv-SE', { timeZone: 'Asia/Seoul' });
  return [picture, `${deviceId} (${merchantId})`, `코드 Code: ${code}`, `${until} 까지 / until, Asia/Seoul`].join('\n');
}

/** A person at a terminal: each step turns while it works. */
export function createTerminalView(): View {
  let turning: ReturnType<typeof spinner> | undefined;
  return {
    begin: (command, isDryRun) => intro(`scanpay-provision ${command}${isDryRun ? ' — dry run' : ''}`),
    event(event) {
      if (event.event === 'began') {
        turning = spinner();
        turning.start(event.title);
        return;
      }
      const last = turning;
      turning = undefined;
      if (event.event === 'refused') {
        last?.error(event.title);
        log.error(`${event.refused.ko}\n${event.refused.message}`);
      } else if (last === undefined) {
        log.step(`${event.title}: ${describe(event)}`);
      } else {
        last.stop(`${event.title}: ${describe(event)}`);
      }
    },
    async claim(claim) {
      turning?.stop('설치코드 / Claim');
      turning = undefined;
      process.stdout.write(`\n${await drawClaim(claim)}\n`);
    },
    report(_report, text) {
      turning?.stop('점검 / Check');
      turning = undefined;
      note(text);
    },
    end: ({ ok }) => (ok ? outro('완료 / Done') : cancel('중단 / Stopped')),
  };
}
