import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';
import type { Travellers } from './customers.ts';
import type { DemoHardware } from './hardware.ts';

const webRoot = fileURLToPath(new URL('./web/', import.meta.url));
const folderOf = (url: string): string => dirname(fileURLToPath(url));
const sharedWeb = { prefix: '/shared/src/web/', root: folderOf(import.meta.resolve('@scanpay/shared/web/base.css')) };
const koreanFont = {
  prefix: '/fonts/noto-sans-kr/',
  root: folderOf(import.meta.resolve('@fontsource-variable/noto-sans-kr/index.css')),
};
/** How long a phone is held before the camera. */
const holdMs = 3_000;

type Picture = { mobile: string; name: string };

/**
 * The instruments on the demo's counter, to be worked by hand: hold a traveller's phone before the scanner or the
 * camera, or a receipt, and look at what the printer printed.
 */
export function createInstruments(deps: {
  dataDir: string;
  hardware: DemoHardware;
  travellers: Travellers;
  port: number;
}) {
  const { dataDir, hardware, travellers } = deps;
  const mmsDir = join(dataDir, 'mms');
  const receiptsDir = join(dataDir, 'box', 'receipts');
  const app = Fastify({ logger: false, bodyLimit: 4_096, forceCloseConnections: true });
  app.register(fastifyStatic, { root: webRoot });
  for (const files of [sharedWeb, koreanFont]) app.register(fastifyStatic, { ...files, decorateReply: false });

  const listCoupons = async (): Promise<Picture[]> => {
    const mobiles = (await readdir(mmsDir).catch(() => [])).filter((name) => /^[0-9]{10,11}$/.test(name));
    const pictures = await Promise.all(mobiles.map((mobile) => listPictures(join(mmsDir, mobile), '.jpg')));
    return mobiles.flatMap((mobile, index) => (pictures[index] ?? []).map((name) => ({ mobile, name })));
  };
  const readCoupon = async ({ mobile, name }: Picture): Promise<Buffer> => {
    const known = (await listCoupons()).some((each) => each.mobile === mobile && each.name === name);
    if (!known) throw new Error('no such picture');
    return readFile(join(mmsDir, mobile, name));
  };
  const readReceipt = async (name: string): Promise<Buffer> => {
    if (!(await listPictures(receiptsDir, '.png')).includes(name)) throw new Error('no such receipt');
    return readFile(join(receiptsDir, name));
  };
  app.get('/instruments', async () => ({
    coupons: await listCoupons(),
    receipts: (await listPictures(receiptsDir, '.png')).reverse().slice(0, 8),
  }));
  app.get<{ Params: Picture }>('/coupons/:mobile/:name', async ({ params }, reply) =>
    reply.type('image/jpeg').send(await readCoupon(params)),
  );
  app.get<{ Params: { name: string } }>('/receipts/:name', async ({ params }, reply) =>
    reply.type('image/png').send(await readReceipt(params.name)),
  );
  app.post<{ Params: Picture }>('/coupons/:mobile/:name/scan', async ({ params }) => {
    await hardware.scan(await travellers.readPicture(await readCoupon(params)));
    return { done: true };
  });
  app.post<{ Params: Picture }>('/coupons/:mobile/:name/camera', async ({ params }) => {
    await hardware.showToCamera(await readCoupon(params));
    await delay(holdMs);
    await hardware.showToCamera(null);
    return { done: true };
  });
  app.post<{ Params: { name: string } }>('/receipts/:name/scan', async ({ params }) => {
    await hardware.scan(await travellers.readPicture(await readReceipt(params.name)));
    return { done: true };
  });
  return { start: () => app.listen({ host: '127.0.0.1', port: deps.port }), stop: () => app.close() };
}

async function listPictures(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(ending)).sort();
}
