import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import { signManifest } from '@scanpay/shared/release/manifest.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { create } from 'tar';
import { ownArch } from '../../drivers/update/own-release.ts';

export type Behaviour = 'good' | 'crash' | 'hang' | 'offline' | 'self-test' | 'blind' | 'bad-updater';

export function makeReleaseKey(kid: string) {
  const signer: JwsSigner = { kid, privateKey: generateKeyPairSync('ed25519').privateKey };
  return { signer, jwk: verifyJwkOf(exportSigner(signer)) };
}

/** A box of a few lines that does what the updater sees of one, and notes in `starts.log` what became of it. */
const boxSource = (behaviour: Behaviour, boxFolder: string): string => `
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
const behaviour = '${behaviour}';
const folder = '${boxFolder}';
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../release.json'), 'utf8'));
const note = (what) => appendFileSync(join(folder, 'starts.log'), version + ' ' + what + '\\n');
mkdirSync(folder, { recursive: true });
note('started');
if (behaviour === 'crash') process.exit(1);
let isClosed = false;
process.on('SIGTERM', () => {
  note(isClosed ? 'stopped closed' : 'stopped open');
  process.exit(0);
});
if (behaviour === 'hang') setInterval(() => undefined, 1000);
else {
  const health = () => ({
    version,
    nowMs: Date.now(),
    clockTrusted: behaviour !== 'offline',
    linkUp: behaviour !== 'offline',
    operatorAnswered: behaviour !== 'offline',
    scannerReady: behaviour !== 'blind',
    selfTestFaults: behaviour === 'self-test' ? ['receipt: no font'] : [],
  });
  rmSync(join(folder, 'box.sock'), { force: true });
  createServer((request, response) => {
    const isBusy = existsSync(join(folder, 'busy'));
    if (request.url === '/close' && !isBusy) isClosed = true;
    response.writeHead(request.url === '/close' && isBusy ? 409 : 200);
    response.end(JSON.stringify(request.url === '/health' ? health() : {}));
  }).listen(join(folder, 'box.sock'));
}
`;

const updaterMain = join(import.meta.dirname, '../main.ts');
/** Its own Node: this one. */
const nodeScript = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`;

/** Files of a release, by path. */
export const releaseFiles = (version: string, behaviour: Behaviour, boxFolder: string): Record<string, string> => ({
  'bin/node': nodeScript,
  'release.json': JSON.stringify({ version }),
  'device/src/main.ts': boxSource(behaviour, boxFolder),
  'device/src/updater/main.ts': behaviour === 'bad-updater' ? 'throw new Error("no")' : `import '${updaterMain}';`,
  'package.json': '{"type":"module"}',
});

export function writeTree(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (path === 'bin/node') chmodSync(file, 0o755);
  }
}

/** A tar.gz of a folder, and what a manifest says of it. */
export function packFolder(folder: string, tarball: string): ReleaseManifest['artifact'] {
  create({ file: tarball, cwd: folder, gzip: { level: 1 }, sync: true, portable: true }, ['.']);
  const content = readFileSync(tarball);
  const sha256 = createHash('sha256').update(content).digest('base64url');
  return { bytes: content.length, sha256, unpackedBytes: 16 * 1024 * 1024 };
}

export function packFiles(tarball: string, files: Readonly<Record<string, string>>): ReleaseManifest['artifact'] {
  const folder = mkdtempSync(`${tarball}-`);
  writeTree(folder, files);
  const artifact = packFolder(folder, tarball);
  rmSync(folder, { recursive: true });
  return artifact;
}

const dayMs = 86_400_000;

export function makeManifest(
  version: string,
  artifact: ReleaseManifest['artifact'],
  signer: JwsSigner,
  differing: Partial<ReleaseManifest> = {},
): Promise<string> {
  const issuedAtMs = Date.now();
  const manifest: ReleaseManifest = {
    ...{ v: 1, product: 'scanpay-box', version, arch: ownArch(), artifact, minFromVersion: '0.0.0' },
    ...{ issuedAtMs, expiresAtMs: issuedAtMs + dayMs },
    ...differing,
  };
  return signManifest(manifest, signer);
}
