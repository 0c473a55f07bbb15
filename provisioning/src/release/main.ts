import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { signManifest } from '@scanpay/shared/release/manifest.ts';
import { readStaffCredentials, staffUsage } from '@scanpay/shared/system/staff-credentials.ts';
import { describeArtifact } from './describe-artifact.ts';
import { makeReleaseKeyFile, readReleaseKey } from './release-key.ts';
import { uploadRelease } from './upload-release.ts';

const usage = `usage: npm run release -- --tarball FILE --key FILE [--min-from VERSION] [--expires-days N] [--upload URL
           [--staff-file FILE]]
       npm run release -- --new-key FILE --kid NAME

Signs a release (scanpay-box_<version>_<arch>.tar.gz): writes FILE.manifest, and hands both to the operator at URL.
The key is made once and kept where releases are made; boxes and operator know its public part, which is printed.

${staffUsage}`;

const dayMs = 86_400_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      tarball: { type: 'string' },
      key: { type: 'string' },
      'min-from': { type: 'string', default: '0.0.0' },
      'expires-days': { type: 'string', default: '90' },
      upload: { type: 'string' },
      'staff-file': { type: 'string' },
      'new-key': { type: 'string' },
      kid: { type: 'string' },
    },
  });
  if (values['new-key'] !== undefined && values.kid !== undefined) {
    console.log(JSON.stringify(makeReleaseKeyFile(values['new-key'], values.kid)));
    return;
  }
  const { tarball, key } = values;
  const days = Number(values['expires-days']);
  if (tarball === undefined || key === undefined || !(days > 0 && days <= 3_650)) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const staff = readStaffCredentials(values['staff-file']);
  const { version, arch, artifact, entries } = await describeArtifact(tarball);
  const issuedAtMs = Date.now();
  const about = { v: 1, product: 'scanpay-box', version, arch, artifact } as const;
  const times = { issuedAtMs, expiresAtMs: issuedAtMs + Math.round(days * dayMs) };
  const manifest = { ...about, minFromVersion: values['min-from'], ...times };
  const manifestJws = await signManifest(manifest, readReleaseKey(key));
  writeFileSync(`${tarball}.manifest`, manifestJws);
  console.log(`${version} for ${arch}: ${artifact.bytes} bytes, ${entries} entries, until ${days} days from now`);
  if (values.upload === undefined) return;
  await uploadRelease(values.upload, { manifestJws, tarball, version, arch }, staff);
  console.log(`handed to ${values.upload}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
