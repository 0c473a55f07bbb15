import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { readWifiText } from '@scanpay/device/core/claiming/wifi-text.ts';
import type { WifiNetwork } from '@scanpay/device/ports/wifi-setter.ts';
import { readClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import { type CardPlan, makeMetaData, makeNetworkConfig, makeUserData, mark } from './cloud-init.ts';
import { Refused } from './refused.ts';
import type { Step, StepEnd } from './steps.ts';

export interface PrepareOptions {
  /** Where the boot partition of the card, or of an image, is mounted. */
  bootDir: string;
  hostname: string;
  user: string;
  sshKeyFiles: readonly string[];
  debFile?: string | undefined;
  configFile?: string | undefined;
  /** `WIFI:…`. */
  wifiText?: string | undefined;
  /** `SPE1:…`, or a way to get one. */
  claim?: string | (() => Promise<string>) | undefined;
}

const spareBytes = 20 * 1024 * 1024;

/** Writes a card of Raspberry Pi OS so that it sets itself up at the first start. */
export function listPrepareSteps(options: PrepareOptions): Step[] {
  const { bootDir, debFile, claim } = options;
  const steps: Step[] = [
    {
      id: 'card',
      title: '카드 확인 / Look at the card',
      isLook: true,
      would: '',
      run: async () => lookAtCard(options),
    },
  ];
  if (debFile !== undefined) {
    const target = join(bootDir, 'scanpay', basename(debFile));
    steps.push({
      id: 'package',
      title: '패키지 복사 / Copy the package',
      would: `copy ${debFile} to ${target}`,
      run: async () => {
        if (existsSync(target) && readFileSync(target).equals(readFileSync(debFile))) return same(target);
        mkdirSync(join(bootDir, 'scanpay'), { recursive: true });
        copyFileSync(debFile, `${target}.part`);
        renameSync(`${target}.part`, target);
        return { words: target };
      },
    });
  }
  steps.push(...listFileSteps(options));
  if (claim !== undefined) {
    const target = join(bootDir, 'scanpay', 'claim.txt');
    steps.push({
      id: 'claim',
      title: '설치코드 / Claim',
      would: `write the claim to ${target}`,
      async run() {
        const text = typeof claim === 'string' ? claim : await claim();
        const read = readClaimText(text);
        if (!read.ok) throw new Refused({ ko: 'ScanPay 설치코드가 아닙니다.', en: `This is no claim: ${read.detail}` });
        mkdirSync(join(bootDir, 'scanpay'), { recursive: true });
        return writeOwn(target, `# ScanPay claim, good once and for a short time\n${text}\n`);
      },
    });
  }
  return steps;
}

/** user-data, meta-data and network-config, as cloud-init's NoCloud source finds them on the boot partition. */
function listFileSteps(options: PrepareOptions): Step[] {
  const { bootDir } = options;
  const file = (name: string, title: string, make: () => string): Step => ({
    id: name,
    title,
    would: `write ${join(bootDir, name)}`,
    run: async () => writeOwn(join(bootDir, name), make()),
  });
  const userData = (): string => makeUserData(readPlan(options));
  return [
    file('network-config', '네트워크 / Network', () => makeNetworkConfig(readWifi(options.wifiText))),
    file('user-data', '첫 시작 설정 / First start', userData),
    file('meta-data', '카드 번호 / Instance', () =>
      makeMetaData(createHash('sha256').update(userData()).digest('hex')),
    ),
  ];
}

function readPlan({ hostname, user, sshKeyFiles, debFile, configFile }: PrepareOptions): CardPlan {
  return {
    hostname,
    user,
    sshKeys: sshKeyFiles.map(readPublicKey),
    debName: debFile === undefined ? null : basename(debFile),
    boxConfig: configFile === undefined ? null : readFileSync(configFile, 'utf8'),
  };
}

/** A private key must not end up on a card that anybody can read. */
function readPublicKey(path: string): string {
  const key = readFileSync(path, 'utf8').trim();
  if (/^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/=]+(?: [^\r\n]*)?$/.test(key))
    return key;
  throw new Refused({ ko: `${path} 은(는) SSH 공개키가 아닙니다.`, en: `${path} is no public SSH key.` });
}

function readWifi(text: string | undefined): WifiNetwork | null {
  if (text === undefined) return null;
  const read = readWifiText(text);
  if (read.ok) return read.value;
  throw new Refused({ ko: `와이파이 코드가 올바르지 않습니다: ${read.detail}`, en: `The Wi-Fi code: ${read.detail}` });
}

/** Everything that could be wrong is found before the first byte is written. */
function lookAtCard(options: PrepareOptions): StepEnd {
  const { bootDir, debFile } = options;
  const names = existsSync(bootDir) ? readdirSync(bootDir) : [];
  if (!names.includes('config.txt') || !names.includes('cmdline.txt')) {
    throw new Refused({
      ko: `${bootDir} 은(는) 라즈베리파이 부팅 파티션이 아닙니다 (config.txt 없음).`,
      en: `${bootDir} is not the boot partition of a Raspberry Pi: no config.txt and cmdline.txt.`,
    });
  }
  if (!names.some((name) => ['user-data', 'meta-data', 'network-config'].includes(name))) {
    throw new Refused({
      ko: '이 이미지에는 cloud-init 이 없습니다. 최신 Raspberry Pi OS(Trixie)를 쓰세요.',
      en: 'This image has no cloud-init. Use a current Raspberry Pi OS (Trixie), whose boot partition has user-data.',
    });
  }
  const { bavail, bsize } = statfsSync(bootDir);
  const needed = spareBytes + (debFile === undefined ? 0 : statSync(debFile).size);
  if (bavail * bsize < needed) {
    throw new Refused({
      ko: `공간이 부족합니다: ${needed} 바이트 필요`,
      en: `Too little space: ${needed} bytes are needed.`,
    });
  }
  readPlan(options);
  readWifi(options.wifiText);
  return { words: bootDir };
}

const same = (path: string): StepEnd => ({ words: `${path} is the same`, wasDone: true });

/** What somebody else wrote there (Raspberry Pi Imager does) is kept beside it. */
function writeOwn(path: string, content: string): StepEnd {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (before === content) return same(path);
  const isOthers = before !== undefined && !before.includes(mark) && !path.endsWith('claim.txt');
  if (isOthers && !existsSync(`${path}.before-scanpay`)) writeFileSync(`${path}.before-scanpay`, before);
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
  return { words: isOthers ? `${path}; the former one is ${basename(path)}.before-scanpay` : path };
}
