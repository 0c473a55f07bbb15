import Type, { type Static } from 'typebox';
import { accept, type Result, refuse } from '../errors.ts';
import { createParser, EpochMsSchema, Sha256Schema, strictObject } from '../schema.ts';
import { type JwsSigner, type ResolveKey, signJws, verifyJws } from '../wire/envelope.ts';
import { compareVersions, ReleaseVersionSchema } from './version.ts';

/** As Debian names machines: what `dpkg --print-architecture` says. */
export const ReleaseArchSchema = Type.Union([Type.Literal('arm64'), Type.Literal('amd64')]);
export type ReleaseArch = Static<typeof ReleaseArchSchema>;

/** A gibibyte: what a release may measure at most, packed or not. */
export const maxReleaseBytes = 1024 ** 3;
const Bytes = Type.Integer({ minimum: 1, maximum: maxReleaseBytes });

/**
 * What the keeper of the release key says of one release. After The Update Framework: the version only ever goes up
 * (no rollback), the word has an end (no freeze: a box is not kept on an old release by showing it the old word again),
 * length and hash are part of it (no endless or mixed download), and so is the machine it is for.
 */
export const ReleaseManifestSchema = strictObject({
  v: Type.Literal(1),
  product: Type.Literal('scanpay-box'),
  version: ReleaseVersionSchema,
  arch: ReleaseArchSchema,
  /** A tar.gz of the release's tree, without a folder around it. */
  artifact: strictObject({ bytes: Bytes, sha256: Sha256Schema, unpackedBytes: Bytes }),
  /** Boxes with an older release than this must take another one first. */
  minFromVersion: ReleaseVersionSchema,
  issuedAtMs: EpochMsSchema,
  expiresAtMs: EpochMsSchema,
});
export type ReleaseManifest = Static<typeof ReleaseManifestSchema>;

const maxManifestChars = 4096;
/** A signed manifest: compact JWS by a release key, which signs nothing else. */
export const ManifestJwsSchema = Type.String({
  pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
  maxLength: maxManifestChars,
});

const manifestTyp = 'scanpay-release+json';
const parseManifest = createParser(ReleaseManifestSchema);

export const signManifest = (manifest: ReleaseManifest, signer: JwsSigner): Promise<string> =>
  signJws(manifest, signer, manifestTyp);

/** Refuses with `release_unsigned` what no trusted release key signed, and what is no manifest. */
export async function openManifest(jws: string, resolveKey: ResolveKey): Promise<Result<ReleaseManifest>> {
  const verified = await verifyJws(jws, resolveKey, manifestTyp);
  if (!verified.ok) return refuse('release_unsigned', verified.detail);
  const parsed = parseManifest(verified.value.payload);
  return parsed.ok ? parsed : refuse('release_unsigned', `a manifest of another form: ${parsed.detail}`);
}

export interface BoxSoftware {
  arch: ReleaseArch;
  /** What it runs and knows to be good. */
  version: string;
  /** The newest it ever knew to be good. */
  highestVersion: string;
}

/** Whether a box may install it. Codes: release_wrong_machine, release_older, release_needs_newer, release_expired. */
export function judgeManifest(manifest: ReleaseManifest, box: BoxSoftware, nowMs: number): Result<ReleaseManifest> {
  const { version, arch, minFromVersion, expiresAtMs } = manifest;
  if (arch !== box.arch) return refuse('release_wrong_machine', `${arch}, and this is ${box.arch}`);
  if (compareVersions(version, box.highestVersion) <= 0) {
    return refuse('release_older', `${version} after ${box.highestVersion}`);
  }
  if (compareVersions(box.version, minFromVersion) < 0) {
    return refuse('release_needs_newer', `${minFromVersion} first, this is ${box.version}`);
  }
  if (nowMs >= expiresAtMs) return refuse('release_expired', `on ${new Date(expiresAtMs).toISOString()}`);
  return accept(manifest);
}
