import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { accept, refuse } from '@scanpay/shared/errors.ts';
import { type ReleaseDisk, type ReleaseLink, UpdateRequestSchema, UpdateStateSchema } from '../../ports/update.ts';
import { flushFolder, replaceFile } from '../common/replace-file.ts';
import { createJsonReader } from './json-file.ts';
import { readVersionIn } from './own-release.ts';
import { unpackRelease } from './unpack-release.ts';
import { type UpdateFolders, updateFiles } from './update-folder.ts';

const open = { fileMode: 0o644, folderMode: 0o755 };
/** Below `releases`, and no version. */
const unpackingName = '.unpacking';
const versionPattern = /^\d+\.\d+\.\d+$/;

export interface ReleaseFolderOptions {
  root: string;
  folders: UpdateFolders;
  /** A release that could not be deleted. */
  onStray?(name: string, error: unknown): void;
}

/** `root` (/opt/scanpay) holds `releases/<version>`, the links, and what is being downloaded. */
export function createReleaseFolder({ root, folders, onStray = () => undefined }: ReleaseFolderOptions): ReleaseDisk {
  const releases = join(root, 'releases');
  const downloads = join(root, 'downloads');
  const unpacking = join(releases, unpackingName);
  const files = updateFiles(folders);
  const partOf = (sha256: string): string => join(downloads, `${sha256}.part`);
  const readState = createJsonReader(files.state, UpdateStateSchema);

  const versionAt = (link: ReleaseLink): string | undefined => {
    try {
      const version = basename(readlinkSync(join(root, link)));
      return versionPattern.test(version) && existsSync(join(releases, version)) ? version : undefined;
    } catch {
      return undefined;
    }
  };
  const dropUnpacking = (): void => rmSync(unpacking, { recursive: true, force: true });
  return {
    readRequest: createJsonReader(files.request, UpdateRequestSchema),
    readState: () =>
      readState() ?? { v: 1, highestVersion: versionAt('confirmed') ?? versionAt('current') ?? '0.0.0', update: null },
    writeState: (state) => replaceFile(files.state, JSON.stringify(state), open),
    versionAt,
    point(link, version) {
      const fresh = join(root, `.${link}.new`);
      rmSync(fresh, { force: true });
      symlinkSync(join('releases', version), fresh);
      renameSync(fresh, join(root, link));
      flushFolder(root);
    },
    hasRelease: (version) => existsSync(join(releases, version)),
    freeBytes() {
      const { bavail, bsize } = statfsSync(root);
      return bavail * bsize;
    },
    partBytes: (sha256) => statSync(partOf(sha256), { throwIfNoEntry: false })?.size ?? 0,
    appendPart(sha256, chunk) {
      mkdirSync(downloads, { recursive: true });
      appendFileSync(partOf(sha256), chunk);
    },
    hashPart: (sha256) => hashFlushed(partOf(sha256)),
    dropParts: () => rmSync(downloads, { recursive: true, force: true }),
    async unpack(manifest) {
      const { version, artifact } = manifest;
      dropUnpacking();
      mkdirSync(unpacking, { recursive: true });
      const unpacked = await unpackRelease(partOf(artifact.sha256), unpacking, artifact.unpackedBytes);
      if (!unpacked.ok) {
        dropUnpacking();
        return refuse('release_unusable', unpacked.detail);
      }
      const own = readVersionIn(unpacking);
      if (own !== version) {
        dropUnpacking();
        return refuse('release_unusable', `it says that it is ${own}`);
      }
      flushTree(unpacking);
      renameSync(unpacking, join(releases, version));
      flushFolder(releases);
      return accept(undefined);
    },
    dropUnpacking,
    keepOnly(versions) {
      for (const name of readdirSync(releases)) {
        if (versions.includes(name)) continue;
        try {
          rmSync(join(releases, name), { recursive: true, force: true });
        } catch (error) {
          onStray(name, error); // Room that is lost, and nothing else.
        }
      }
    },
  };
}

/** Of nothing, the hash of nothing. */
async function hashFlushed(path: string): Promise<string> {
  const hash = createHash('sha256');
  if (!existsSync(path)) return hash.digest('base64url');
  flushFile(path);
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64url');
}

function flushFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Every file before the folder that names it. */
function flushTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) flushTree(path);
    else if (entry.isFile()) flushFile(path);
  }
  flushFolder(folder);
}
