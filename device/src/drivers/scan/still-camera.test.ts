import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawSymbol, toJpeg } from '../../testing/draw-symbol.ts';
import { createFakeCamera, isRunning } from '../../testing/fake-camera.ts';
import { createStillCamera } from './still-camera.ts';

const scene = drawSymbol('QRCode', 'SP1:STILL').then(toJpeg);

async function openBench(tempName = 'temp') {
  const camera = await createFakeCamera();
  onTestFinished(() => camera.remove());
  await camera.setScene(await scene);
  const tempDir = join(camera.folder, tempName);
  await mkdir(tempDir);
  const scheduler = createVirtualScheduler();
  const stills = createStillCamera({ scheduler, searchPath: camera.searchPath, tempDir });
  return { camera, tempDir, scheduler, stills };
}

describe('createStillCamera', () => {
  it.each(['rpicam-still', 'libcamera-still'])('takes a picture where the program is called %s', async (name) => {
    const { camera, tempDir, stills, scheduler } = await openBench();
    await camera.install(name);
    expect(await stills.take({ widthPx: 800, heightPx: 600, quality: 75, settleMs: 200 })).toEqual({
      ok: true,
      value: await scene,
    });
    const [args = []] = await camera.starts();
    const values = [...['--width', '800', '--height', '600', '--quality', '75', '--timeout', '200', '--nopreview']];
    expect(args.slice(0, 2)).toEqual(['--output', expect.stringMatching(/still\.jpg$/)]);
    expect(args.slice(2)).toEqual(values);
    expect(await readdir(tempDir)).toEqual([]);
    expect(scheduler.pendingCount()).toBe(0);
  });

  it('says when there is no program', async () => {
    const { stills } = await openBench();
    expect(await stills.take()).toEqual({
      ok: false,
      code: 'camera_program_missing',
      detail: 'neither rpicam-still nor libcamera-still is installed',
    });
  });

  it.each([
    ['a command after the number', { widthPx: '640; touch pwned' as unknown as number }],
    ['a command in place of it', { quality: '$(touch pwned)' as unknown as number }],
    ['a number as text', { settleMs: '100' as unknown as number }],
    ['a fraction', { heightPx: 600.5 }],
    ['a number out of range', { widthPx: 100_000 }],
  ])('refuses %s, and starts nothing', async (_, options) => {
    const { camera, stills } = await openBench();
    await camera.install('rpicam-still');
    expect(await stills.take(options)).toMatchObject({ ok: false, code: 'invalid_input' });
    expect(await camera.starts()).toEqual([]);
  });

  it('lets no option through that it does not know', async () => {
    const { camera, stills } = await openBench();
    await camera.install('rpicam-still');
    const options = { output: '/tmp/x; touch pwned', 'info-text': '`touch pwned`' } as object;
    expect((await stills.take(options)).ok).toBe(true);
    const command = (await camera.starts()).flat().join(' ');
    expect(command).not.toContain('pwned');
  });

  it('refuses a temporary folder whose name a shell would act on', async () => {
    const { camera, tempDir, stills } = await openBench('a; touch pwned;');
    await camera.install('rpicam-still');
    expect(await stills.take()).toMatchObject({ ok: false, code: 'configuration' });
    expect(await camera.starts()).toEqual([]);
    expect(await readdir(tempDir)).toEqual([]);
    await expect(access('pwned')).rejects.toThrow();
  });

  it('passes on what a failing program said', async () => {
    const { camera, stills } = await openBench();
    await camera.install('rpicam-still', 'fail');
    const result = await stills.take();
    expect(result).toMatchObject({ ok: false, code: 'camera_failed', detail: expect.stringContaining('no cameras') });
  });

  it('does not take something else for a picture', async () => {
    const { camera, stills } = await openBench();
    await camera.install('rpicam-still');
    await camera.setScene(Buffer.from('not a JPEG'));
    expect(await stills.take()).toMatchObject({
      ok: false,
      code: 'camera_failed',
      detail: expect.stringContaining('no JPEG'),
    });
    await camera.setScene(Buffer.alloc(0));
    expect(await stills.take()).toMatchObject({
      ok: false,
      code: 'camera_failed',
      detail: expect.stringContaining('0 bytes'),
    });
  });

  it('says when there is no place for the picture', async () => {
    const { camera, tempDir, stills } = await openBench();
    await camera.install('rpicam-still');
    await rm(tempDir, { recursive: true });
    expect(await stills.take()).toMatchObject({ ok: false, code: 'configuration' });
    expect(await camera.starts()).toEqual([]);
    await mkdir(tempDir);
    expect((await stills.take()).ok).toBe(true);
  });

  it('ends a program that hangs, with the shell around it, and refuses a second picture meanwhile', async () => {
    const { camera, tempDir, stills, scheduler } = await openBench();
    await camera.install('rpicam-still', 'defy');
    const first = stills.take();
    await until(async () => expect(await camera.starts()).toHaveLength(1));
    expect(await stills.take()).toMatchObject({ ok: false, code: 'camera_busy' });
    scheduler.advance(20_000);
    expect(await first).toEqual({ ok: false, code: 'camera_silent', detail: 'no picture within 20000 ms' });
    const [pid = 0] = await camera.pids();
    await until(async () => expect(await isRunning(pid)).toBe(false));
    expect(await readdir(tempDir)).toEqual([]);
    await camera.install('rpicam-still');
    expect((await stills.take()).ok).toBe(true);
  });
});
