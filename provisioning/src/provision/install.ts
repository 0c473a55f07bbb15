import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Box, service } from './box.ts';
import { Refused } from './refused.ts';
import type { Step } from './steps.ts';

export interface InstallOptions {
  /** `NAME_VERSION_ARCH.deb`, as dpkg names it. */
  debFile: string;
  /** The box's configuration, to be put to /etc/scanpay/box.json. */
  configFile?: string | undefined;
}

const remoteFolder = '/var/tmp';
const remoteConfig = '/etc/scanpay/box.json';
const installMs = 15 * 60_000;
/** For dpkg-query(1), which fills in its own `${…}`. */
const dpkgFormat = ['$', '{db:Status-Status} $', '{Version}'].join('');
const debName = /^([a-z0-9][a-z0-9+.-]+)_([^_]+)_([a-z0-9]+)\.deb$/;

/** Puts the package on a running Raspberry Pi, by the system's own package manager. */
export function listInstallSteps(box: Box, { debFile, configFile }: InstallOptions): Step[] {
  const name = basename(debFile);
  const [, packageName = '', version = '', arch = ''] = debName.exec(name) ?? [];
  const remoteDeb = `${remoteFolder}/${name}`;
  const steps: Step[] = [
    {
      id: 'reach',
      title: '단말기 연결 / Reach the box',
      isLook: true,
      would: '',
      async run() {
        if (packageName === '') {
          throw new Refused({
            ko: `${name}: 이름이 NAME_VERSION_ARCH.deb 형식이 아닙니다.`,
            en: `${name} is not named NAME_VERSION_ARCH.deb.`,
          });
        }
        const { stdout, exitCode } = await box.run(['dpkg', '--print-architecture']);
        const found = stdout.trim();
        if (exitCode !== 0)
          throw new Refused({ ko: '데비안 계열이 아닙니다.', en: 'This is no Debian: it has no dpkg.' });
        if (arch !== 'all' && arch !== found) {
          const words = { ko: `${found} 에 맞지 않는 패키지입니다: ${name}`, en: `${name} is not for ${found}` };
          throw new Refused(words);
        }
        return { words: `${box.name}: ${found}` };
      },
    },
    {
      id: 'copy-package',
      title: '패키지 복사 / Copy the package',
      would: `copy ${name} to ${box.name}:${remoteDeb}`,
      run: () => copyFile(box, debFile, remoteDeb),
    },
    {
      id: 'install-package',
      title: '패키지 설치 / Install the package',
      would: `apt-get install ${remoteDeb}, unless ${packageName} ${version} is there`,
      async run() {
        const asked = await box.run(['dpkg-query', '-W', '-f', dpkgFormat, packageName]);
        if (asked.stdout.trim() === `installed ${version}`) {
          return { words: `${packageName} ${version} is installed`, wasDone: true };
        }
        await box.root(
          [
            ...['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '--no-install-recommends'],
            ...['-o', 'Dpkg::Options::=--force-confold', remoteDeb],
          ],
          { deadlineMs: installMs },
        );
        return { words: `${packageName} ${version}` };
      },
    },
  ];
  if (configFile !== undefined) steps.push(configStep(box, configFile));
  steps.push({
    id: 'start-service',
    title: '서비스 시작 / Start the service',
    would: `enable and start ${service}`,
    async run() {
      await box.root(['systemctl', 'enable', '--now', service]);
      const { stdout } = await box.run(['systemctl', 'is-active', service]);
      const state = stdout.trim();
      if (state === 'active') return { words: `${service} is active` };
      throw new Refused({ ko: `서비스가 시작되지 않습니다: ${state}`, en: `The service does not start: ${state}` });
    },
  });
  return steps;
}

function configStep(box: Box, configFile: string): Step {
  return {
    id: 'configure',
    title: '설정 / Configuration',
    would: `put ${configFile} to ${remoteConfig}, and restart ${service}`,
    async run() {
      const sha256 = await hashFile(configFile);
      if ((await hashRemote(box, remoteConfig)) === sha256)
        return { words: `${remoteConfig} is the same`, wasDone: true };
      const part = `${remoteFolder}/scanpay-box.json`;
      await box.put(configFile, part);
      await box.root(['install', '-D', '-m', '0644', part, remoteConfig]);
      await box.root(['systemctl', 'try-restart', service]);
      return { words: remoteConfig };
    },
  };
}

async function copyFile(box: Box, localPath: string, remotePath: string) {
  const sha256 = await hashFile(localPath);
  if ((await hashRemote(box, remotePath)) === sha256) return { words: 'is there already', wasDone: true };
  await box.put(localPath, remotePath);
  if ((await hashRemote(box, remotePath)) !== sha256) {
    throw new Refused({ ko: '복사한 파일이 다릅니다. 다시 하세요.', en: 'The copy differs. Try again.' });
  }
  return { words: remotePath };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function hashRemote(box: Box, path: string): Promise<string | undefined> {
  const { exitCode, stdout } = await box.run(['sha256sum', '--', path]);
  return exitCode === 0 ? stdout.split(' ')[0] : undefined;
}
