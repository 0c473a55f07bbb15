import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import { describe, expect, it, type TestContext, vi } from 'vitest';
import { type Behaviour, makeManifest, makeReleaseKey, packFiles } from './testing/make-release.ts';
import { startReleaseServer } from './testing/release-server.ts';
import { createUpdateBench, type UpdateBench } from './testing/update-bench.ts';

const timeout = 240_000;
/** Real processes on a machine that may be busy. */
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 200_000, interval: 20 });

const rolloutId = (): string => `01900000-0000-7000-8000-${randomUUID().slice(-12)}`;

interface Offer {
  version?: string;
  behaviour?: Behaviour;
  manifest?: Partial<ReleaseManifest>;
  files?: Record<string, string>;
  /** A file of the release that is left out. */
  without?: string;
  /** Instead of the honest signature. */
  sign?: (honest: string) => string;
  spoilFile?: (file: string) => void;
  onRequest?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Makes a release, signs it, serves it, and has it wanted of the box. */
async function offerTo(bench: UpdateBench, { onTestFinished }: TestContext, differing: Offer) {
  const { version = '1.1.0', behaviour = 'good', manifest = {}, sign = (honest) => honest } = differing;
  const file = join(bench.folder, `${version}.tar.gz`);
  const { [differing.without ?? '']: _, ...files } = { ...bench.files(version, behaviour), ...differing.files };
  const artifact = packFiles(file, files);
  const honest = await makeManifest(version, artifact, bench.key.signer, manifest);
  differing.spoilFile?.(file);
  const server = await startReleaseServer(file, differing.onRequest);
  onTestFinished(() => server.stop());
  bench.request({ rolloutId: rolloutId(), manifestJws: sign(honest), url: server.url });
  return { server, artifact };
}

/** Tests run at the same time: each clears up after itself, so that nothing of it runs on beside the others. */
function openBench(ctx: TestContext, options: Parameters<typeof createUpdateBench>[0] = {}) {
  const bench = createUpdateBench(options);
  ctx.onTestFinished(async () => {
    await bench.cutPower();
    bench.remove();
  });
  return { bench, offer: (differing: Offer = {}) => offerTo(bench, ctx, differing) };
}

const untilOver = (bench: UpdateBench) => until(() => expect(bench.isOver()).toBe(true));

/** The release before runs, is what the links say, and is the only one there. */
async function expectOldRelease(bench: UpdateBench, code: ErrorCode, phase: 'failed' | 'rolled-back'): Promise<void> {
  await untilOver(bench);
  expect(bench.update()).toMatchObject({ phase, code });
  await until(() => {
    expect([bench.current(), bench.confirmed(), bench.releases()]).toEqual(['1.0.0', '1.0.0', ['1.0.0']]);
    expect(existsSync(join(bench.root, 'downloads'))).toBe(false);
  });
  expect(bench.state()?.highestVersion).toBe('1.0.0');
  await until(() => expect(bench.notes().at(-1)).toBe('1.0.0 started'));
}

describe.concurrent('a release that is good', () => {
  it('is taken, proves itself, and keeps the one before beside it; the next one then takes its place', {
    timeout,
  }, async (ctx) => {
    const { bench, offer } = openBench(ctx);
    await bench.boot();
    await offer();
    await untilOver(bench);
    expect(bench.update()).toMatchObject({ phase: 'confirmed', version: '1.1.0', code: null });
    await until(() =>
      expect([bench.current(), bench.confirmed(), bench.releases()]).toEqual(['1.1.0', '1.1.0', ['1.0.0', '1.1.0']]),
    );
    expect(bench.notes()).toEqual(['1.0.0 started', '1.0.0 stopped closed', '1.1.0 started']);
    await offer({ version: '1.2.0' });
    await until(() => expect(bench.update()).toMatchObject({ phase: 'confirmed', version: '1.2.0' }));
    await until(() => expect(bench.releases()).toEqual(['1.1.0', '1.2.0']));
  });

  it('waits for as long as the counter is busy, and can be called off until then', { timeout }, async (ctx) => {
    const { bench, offer } = openBench(ctx);
    bench.setBusy(true);
    await bench.boot();
    await offer();
    await until(() => expect(bench.update()?.phase).toBe('installed'));
    const { server } = await offer({ version: '1.2.0' });
    await until(() => expect(bench.update()).toMatchObject({ phase: 'installed', version: '1.2.0' }));
    expect(server.ranges).toEqual([undefined]);
    bench.request(null);
    await until(() => expect(bench.update()).toBeNull());
    await until(() => expect(bench.releases()).toEqual(['1.0.0']));
    await offer({ version: '1.3.0' });
    await until(() => expect(bench.update()).toMatchObject({ phase: 'installed', version: '1.3.0' }));
    bench.setBusy(false);
    await untilOver(bench);
    expect(bench.update()).toMatchObject({ phase: 'confirmed', version: '1.3.0' });
    expect(bench.notes()).toEqual(['1.0.0 started', '1.0.0 stopped closed', '1.3.0 started']);
  });

  it('is fetched on from where the line broke', { timeout }, async (ctx) => {
    const { bench, offer } = openBench(ctx);
    await bench.boot();
    let tries = 0;
    const { server, artifact } = await offer({
      files: { 'filler.txt': randomText(300_000) },
      onRequest(request, response) {
        tries += 1;
        if (tries > 2) return false;
        const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        const part = readFileSync(join(bench.folder, '1.1.0.tar.gz')).subarray(from, from + 50_000);
        response.writeHead(from > 0 ? 206 : 200, { 'content-range': `bytes ${from}-`, 'content-length': 1_000_000 });
        response.write(part, () => setTimeout(() => response.destroy(), 100));
        return true;
      },
    });
    await untilOver(bench);
    expect(bench.update()).toMatchObject({ phase: 'confirmed' });
    expect(server.ranges).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
    expect(artifact.bytes).toBeGreaterThan(100_000);
  });
});

/** Does not shrink by packing. */
const randomText = (bytes: number): string =>
  Array.from({ length: bytes / 40 }, () => randomUUID().slice(0, 36)).join('\n');

describe.concurrent('a release that may not be', () => {
  const stranger = makeReleaseKey('release-1');
  it.for<[string, Offer, ErrorCode]>([
    ['whose signature is wrong', { sign: (jws) => `${jws.slice(0, -6)}AAAAAA` }, 'release_unsigned'],
    [
      'that is not signed',
      { sign: (jws) => [Buffer.from('{"alg":"none"}').toString('base64url'), jws.split('.')[1], 'AAAA'].join('.') },
      'release_unsigned',
    ],
    ['that is older', { version: '0.9.0' }, 'release_older'],
    ['that is the one it has', { version: '1.0.0' }, 'release_older'],
    ['that has expired', { manifest: { expiresAtMs: 1 } }, 'release_expired'],
    [
      'for another machine',
      { manifest: { arch: process.arch === 'x64' ? 'arm64' : 'amd64' } },
      'release_wrong_machine',
    ],
    ['that needs another first', { manifest: { minFromVersion: '1.0.1' } }, 'release_needs_newer'],
    ['that is another file', { spoilFile: (file) => writeFileSync(file, randomText(90_000)) }, 'release_corrupt'],
    [
      'that nobody serves',
      { onRequest: (_, response) => Boolean(response.writeHead(404).end()) },
      'release_download_failed',
    ],
    ['that says it is another', { files: { 'release.json': '{"version":"1.0.5"}' } }, 'release_unusable'],
    ['that lacks its updater', { without: 'device/src/updater/main.ts' }, 'release_unusable'],
  ])('%s is refused', { timeout }, async ([, differing, code], ctx) => {
    const { bench, offer } = openBench(ctx);
    await bench.boot();
    await offer(differing);
    await expectOldRelease(bench, code, 'failed');
    expect(bench.notes()).toEqual(['1.0.0 started']);
  });

  it('signed by a stranger who uses the name of the key is refused', { timeout }, async (ctx) => {
    const { bench } = openBench(ctx);
    await bench.boot();
    const artifact = { bytes: 1, sha256: 'A'.repeat(43), unpackedBytes: 1 };
    const manifestJws = await makeManifest('1.1.0', artifact, stranger.signer);
    bench.request({ rolloutId: rolloutId(), manifestJws, url: 'http://127.0.0.1:9/' });
    await expectOldRelease(bench, 'release_unsigned', 'failed');
  });
});

describe.concurrent('a release that is no good', () => {
  /** Long enough for a busy machine to start a box in; one that crashes is started again and again all the while. */
  const trialMs = { short: 10_000, long: 20_000 };
  it.for<[Behaviour, ErrorCode]>([
    ['crash', 'update_not_started'],
    ['hang', 'update_not_started'],
    ['offline', 'update_no_connection'],
    ['self-test', 'update_self_test'],
    ['blind', 'update_self_test'],
    ['bad-updater', 'update_self_test'],
  ])('%s: is tried, and the one before comes back', { timeout }, async ([behaviour, code], ctx) => {
    const { bench, offer } = openBench(ctx, {
      limits: { trialMs: behaviour === 'crash' ? trialMs.short : trialMs.long },
    });
    await bench.boot();
    await offer({ behaviour });
    await expectOldRelease(bench, code, 'rolled-back');
    const notes = bench.notes();
    expect(notes.slice(0, 3)).toEqual(['1.0.0 started', '1.0.0 stopped closed', '1.1.0 started']);
    // Whoever answered had the counter closed when it was stopped.
    if (behaviour !== 'hang') expect(notes).not.toContain('1.1.0 stopped open');
  });
});

describe('a disk that is full', () => {
  /** As large as the test says, where the machine lets one mount it. */
  function mountDisk({ onTestFinished }: TestContext, kilobytes: number): string | undefined {
    const root = mkdtempSync(join(tmpdir(), 'update-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'scanpay-test', root], { stdio: 'ignore' });
    } catch {
      rmSync(root, { recursive: true });
      return undefined;
    }
    onTestFinished(() => {
      execFileSync('umount', [root]);
      rmSync(root, { recursive: true });
    });
    mkdirSync(join(root, 'releases'));
    return root;
  }

  it.for(['before the download', 'during the download', 'while unpacking'])('%s', { timeout }, async (when, ctx) => {
    const root = mountDisk(ctx, 20_000);
    if (root === undefined) return ctx.skip('this machine mounts no disk for tests');
    const { bench } = openBench(ctx, { root, limits: { spareBytes: 0 } });
    await bench.boot();
    const unpackedBytes = when === 'before the download' ? 30_000_000 : 1_000_000;
    const filler = randomText(500_000);
    const file = join(bench.folder, '1.1.0.tar.gz');
    const artifact = packFiles(file, { ...bench.files('1.1.0', 'good'), 'filler.txt': filler });
    const server = await startReleaseServer(file, () => {
      // Somebody else fills the disk in the meantime.
      const leave = when === 'during the download' ? 100_000 : artifact.bytes + 150_000;
      fill(root, leave);
      return false;
    });
    ctx.onTestFinished(() => server.stop());
    const manifestJws = await makeManifest('1.1.0', { ...artifact, unpackedBytes }, bench.key.signer);
    bench.request({ rolloutId: rolloutId(), manifestJws, url: server.url });
    await expectOldRelease(bench, 'disk_full', 'failed');
    expect(bench.notes()).toEqual(['1.0.0 started']);
  });

  function fill(root: string, leaveBytes: number): void {
    const free = Number(execFileSync('df', ['--output=avail', '-B1', root], { encoding: 'utf8' }).split('\n')[1]);
    writeFileSync(join(root, 'ballast'), Buffer.alloc(Math.max(0, free - leaveBytes), 1));
  }
});
