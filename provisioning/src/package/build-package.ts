import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runBounded } from '../setup/run-bounded.mjs';
import { fillDebianRoot } from './debian-root.ts';
import { fetchPackages } from './fetch-packages.ts';
import { findClosure, type Lock } from './lock-closure.ts';
import { fileStem, type Product, releaseDir } from './products.ts';
import { buildReleaseTree, listFiles } from './release-tree.ts';
import type { Target } from './targets.ts';
import { normaliseTree, type Pressing, writeArchive, writeDeb } from './write-artifacts.ts';

export interface BuiltPackage {
  deb: string;
  /** Undefined where it was not asked for. */
  archive?: string;
  /** Of the installed files. */
  installedBytes: number;
}

/** Debian's characters of a version, without an epoch: it names a folder, too. */
const versionPattern = /^[0-9][0-9A-Za-z.+~-]{0,63}$/;

/**
 * Builds the Debian package of a product, and its release as an archive. The same commit gives the same bytes.
 *
 * @throws Error whose message is for the user: a tool is missing, or does not do it.
 */
export async function buildPackage(options: {
  root: string;
  outDir: string;
  product: Product;
  target: Target;
  version: string;
  pressing: Pressing;
  withArchive: boolean;
  log: (line: string) => void;
}): Promise<BuiltPackage> {
  const { root, outDir, product, target, version, pressing, withArchive, log } = options;
  if (!versionPattern.test(version)) throw new Error(`${version} is no version of a Debian package`);
  const lock = (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock }).packages;
  const runtime = `node-linux-${target.npmCpu}`;
  const workspaces = [product.workspace, 'shared'];
  const closure = findClosure({ lock, workspaces, target, extra: [runtime] });
  log(`${product.name} for ${target.debianName}: ${Object.keys(closure.packages).length} packages`);
  const modules = join(await fetchPackages(root, closure, target), 'node_modules');
  const { commit, epochS } = await readCommit(root);
  const stem = fileStem(product, version, target);
  const work = join(root, '.cache/package', `work-${stem}-${process.pid}`);
  try {
    const debianRoot = join(work, 'root');
    const tree = join(debianRoot, releaseDir(product, version).slice(1));
    const node = closure.dependencies[runtime] ?? '';
    const facts = { product: product.name, version, architecture: target.debianName, node, commit };
    await buildReleaseTree({ root, modules, tree, product, target, facts });
    normaliseTree(tree, epochS);
    mkdirSync(outDir, { recursive: true });
    const archive = join(outDir, `${stem}.tar.gz`);
    if (withArchive) await writeArchive(tree, archive, epochS, pressing);
    const installedBytes = sumSizes(debianRoot);
    const { packages } = closure;
    fillDebianRoot({ ...options, debianRoot, packages, installedSizeKib: Math.ceil(installedBytes / 1024) });
    const deb = join(outDir, `${stem}.deb`);
    await writeDeb(debianRoot, deb, epochS, pressing);
    return { deb, ...(withArchive ? { archive } : {}), installedBytes };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const sumSizes = (dir: string): number =>
  listFiles(dir).reduce((sum, path) => sum + lstatSync(join(dir, path)).size, 0);

/** The commit, and its time unless SOURCE_DATE_EPOCH says another (reproducible-builds.org). */
async function readCommit(root: string): Promise<{ commit: string; epochS: number }> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const result = await runBounded('git', ['-C', root, ...args], { deadlineMs: 10_000 });
    return result.code === 0 ? result.output.trim() : undefined;
  };
  const inGit = existsSync(join(root, '.git'));
  const commit = inGit ? await git('describe', '--always', '--dirty', '--abbrev=40', '--exclude=*') : undefined;
  const epoch = process.env.SOURCE_DATE_EPOCH ?? (inGit ? await git('log', '-1', '--format=%ct') : undefined);
  if (epoch === undefined || !/^[0-9]{1,12}$/.test(epoch)) {
    throw new Error('not in a git checkout: say the time of the release in SOURCE_DATE_EPOCH (seconds)');
  }
  return { commit: commit ?? 'unknown', epochS: Number(epoch) };
}
