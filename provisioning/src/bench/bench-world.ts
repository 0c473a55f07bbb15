import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { exportSigner, type SigningJwk } from '@scanpay/shared/wire/message-key.ts';
import { callJson } from '../demo/call-json.ts';
import { createTravellers } from '../demo/customers.ts';
import {
  type DemoPorts,
  demoMerchant,
  type Identities,
  makeBoxConfig,
  makeCloudConfig,
  makeIdentities,
  writeConfig,
} from '../demo/identities.ts';
import { type BenchProcess, startProcess } from './bench-process.ts';

const anyPort: DemoPorts = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };

/** The most a coupon may be used: as few registrations as can be, for they are not what is measured. */
const usesPerCoupon = 99;
const offer = {
  offerId: 'o-bench',
  category: 'restaurant',
  title: { ko: '해물 한상 10% 할인', en: '10% off the seafood table' },
  merchantId: demoMerchant.merchantId,
  merchantName: demoMerchant.name,
  discount: { kind: 'percent', bps: 1_000 },
  uses: usesPerCoupon,
  validForMs: null,
};

interface BenchBox {
  deviceId: string;
  key: SigningJwk;
  token: string;
}

function makeBox(index: number): BenchBox {
  const deviceId = `box-bench-${index}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  const token = randomBytes(24).toString('base64url');
  return { deviceId, key: exportSigner({ kid: `${deviceId}-1`, privateKey }), token };
}

function makeConfig(dataDir: string, keys: Identities, boxes: readonly BenchBox[]): object {
  const tokens = Object.fromEntries(boxes.map(({ deviceId, token }) => [deviceId, token]));
  // One box stands for a whole shop's queue here: the broker would slow it down as a box gone wild.
  const limits = { burstPackets: 1_000_000, packetsPerSecond: 100_000 };
  const config = makeCloudConfig(dataDir, anyPort, keys, {
    kind: 'embedded',
    boxes: 'token',
    port: 0,
    tokens,
    ...limits,
  });
  return {
    ...config,
    pg: { ...config.pg, offers: [offer], registrationsPerMinute: null },
  };
}

const cloudEntry = fileURLToPath(new URL('../../../cloud/src/main.ts', import.meta.url));

export interface BenchWorld {
  cloud: BenchProcess;
  /** Writes the configuration of one box; `scannerPath` where it has a serial scanner. */
  boxConfig(index: number, scannerPath?: string): object;
  /** Barcodes for this many sales, the same one as often as its coupon may be used. */
  makeBarcodes(sales: number): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts the three companies in one process below `dataDir` and enrols the boxes. */
export async function startBenchWorld(options: {
  dataDir: string;
  boxCount: number;
  /** Another program than `cloud/src/main.ts`. */
  cloudEntry?: string;
}): Promise<BenchWorld> {
  const { dataDir, boxCount } = options;
  const keys = makeIdentities();
  const boxes = Array.from({ length: boxCount }, (_, index) => makeBox(index));
  const path = writeConfig(join(dataDir, 'config'), 'cloud.json', makeConfig(dataDir, keys, boxes));
  const { child: cloud, ready } = await startProcess(options.cloudEntry ?? cloudEntry, ['--config', path]);
  const { operator = '', pg = '', broker = '' } = ready as Record<string, string>;
  const { merchantId } = demoMerchant;
  for (const { deviceId, key } of boxes) {
    const { kid, x } = key;
    const publicKey = { kty: 'OKP', crv: 'Ed25519', x, kid };
    await callJson('POST', `${operator}/v1/devices`, { deviceId, merchantId, publicKey });
  }
  const travellers = createTravellers({
    pgUrl: pg,
    mmsDir: join(dataDir, 'mms'),
    ids: createIdMaker(systemScheduler, randomBytes),
  });
  let registered = 0;
  const register = async (): Promise<string> => {
    registered += 1;
    const mobile = `010${String(registered).padStart(8, '0')}`;
    const offers = [{ offerId: offer.offerId, headcount: 2 }];
    return (await travellers.getCoupon({ name: '김하늘', mobile, offers })).barcode;
  };
  return {
    cloud,
    boxConfig: (index, scannerPath) => toBoxConfig(dataDir, keys, boxes[index] ?? makeBox(index), broker, scannerPath),
    async makeBarcodes(sales) {
      const barcodes: string[] = [];
      while (barcodes.length < sales) {
        const barcode = await register();
        for (let use = 0; use < usesPerCoupon; use += 1) barcodes.push(barcode);
      }
      return barcodes;
    },
    stop: () => cloud.stop(),
  };
}

function toBoxConfig(
  dataDir: string,
  keys: Identities,
  { deviceId, key, token }: BenchBox,
  brokerUrl: string,
  scannerPath = '/dev/null',
): object {
  const folder = join(dataDir, deviceId);
  const own = { ...keys, box: key, boxToken: token };
  const nowhere = { cameraSearchPath: folder, printer: { host: '127.0.0.1', port: 9 } };
  return {
    ...makeBoxConfig(folder, anyPort, own, { ...nowhere, brokerUrl, scannerPath }),
    deviceId,
    // The same coupon again is another sale here.
    repeatWindowMs: 0,
    scanners: [{ kind: 'serial', path: scannerPath, baudRate: 9600 }],
    printer: { kind: 'none' },
  };
}
