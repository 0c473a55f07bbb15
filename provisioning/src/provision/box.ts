import { Refused } from './refused.ts';
import type { Outcome, RunOptions, Transport } from './transport.ts';

export interface BoxOptions {
  /** Programs that need root: with `sudo -n` before them, or as they are. */
  usesSudo: boolean;
  /** Whom the box service runs as; null: the box's own command is run as whoever logs in. */
  serviceUser: string | null;
  /** The box's own command. */
  deviceCommand: readonly [string, ...string[]];
  /** Its configuration, where that is not the default. */
  configFile?: string;
}

/** A box as this tool speaks to it. */
export type Box = ReturnType<typeof createBox>;

export const service = 'scanpay-box.service';

export function createBox(transport: Transport, options: BoxOptions) {
  const { usesSudo, serviceUser, deviceCommand, configFile } = options;
  const sudo = usesSudo ? ['sudo', '-n'] : [];
  const asService = (): string[] => {
    if (serviceUser === null) return [];
    return usesSudo ? ['sudo', '-n', '-u', serviceUser, '--'] : ['runuser', '-u', serviceUser, '--'];
  };
  const run = async (args: readonly string[], how?: RunOptions): Promise<Outcome> => {
    const [first = 'true', ...rest] = args;
    const outcome = await transport.run([first, ...rest], how);
    // ssh(1) ends so when it could not connect, log in or go on.
    if (outcome.exitCode === 255 || outcome.exitCode === null) throw unreachable(transport.name, outcome);
    return outcome;
  };
  return {
    name: transport.name,
    put: transport.put,
    /** As whoever logs in. */
    run,
    /** As root. @throws Refused when it does not end with 0. */
    async root(args: readonly string[], how?: RunOptions): Promise<string> {
      const outcome = await run([...sudo, ...args], how);
      if (outcome.exitCode === 0) return outcome.stdout;
      const said = (outcome.stderr.trim() || outcome.stdout.trim()).slice(-600);
      const [program = ''] = args;
      throw new Refused({
        ko: `${program} 이(가) 실패했습니다 (${outcome.exitCode}): ${said}`,
        en: `${program} ended with ${outcome.exitCode}: ${said}`,
      });
    },
    /** The box's own command, as the user of the service, so that its files stay that user's. */
    device: (args: readonly string[], how?: RunOptions): Promise<Outcome> =>
      run(
        [...asService(), ...deviceCommand, ...args, ...(configFile === undefined ? [] : ['--config', configFile])],
        how,
      ),
  };
}

function unreachable(name: string, { stderr }: Outcome): Refused {
  const said = stderr.trim().slice(-400);
  return new Refused(
    { ko: `${name} 에 연결되지 않습니다: ${said}`, en: `${name} cannot be reached: ${said}` },
    { exitCode: 3 },
  );
}

/** The one line of JSON that the box's command prints. @throws Refused when it is none. */
export function readDeviceJson({ exitCode, stdout, stderr }: Outcome): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(stdout);
    if (typeof said === 'object' && said !== null) return said as Record<string, unknown>;
  } catch {
    // Said below, with what it printed instead.
  }
  const printed = `${stdout}${stderr}`.trim().slice(-400);
  throw new Refused({
    ko: `단말기 명령이 실패했습니다 (${exitCode}): ${printed}`,
    en: `The box's command ended with ${exitCode}: ${printed}`,
  });
}

/** What the box's command refused, in its own words. */
export function refusalOf(said: Record<string, unknown>): Refused {
  const message = said.message as { ko?: unknown; en?: unknown } | undefined;
  const tail = `${String(said.code)}${said.detail ? `: ${String(said.detail)}` : ''}`;
  return new Refused({ ko: `${String(message?.ko ?? '')} (${tail})`, en: `${String(message?.en ?? '')} (${tail})` });
}
