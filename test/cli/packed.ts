import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import type { Ended } from '../support/program.ts';
import { patiently } from '../support/until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const npmMs = 150_000;
// What is in npm's cache needs no network; a network that is not there is not waited for.
const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=1'];

export type Tarball = {
  readonly file: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
};

/** Packs the tree as it is tracked, as `npm ci && npm pack` in a checkout; an older build lies there. */
export async function packInto(folder: string): Promise<Tarball> {
  const checkout = checkOutInto(folder);
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  mkdirSync(join(checkout, 'dist'));
  writeFileSync(join(checkout, 'dist/of-yesterday.js'), '');
  // As after somebody has run a module of Python there.
  mkdirSync(join(checkout, 'modules/sdk/python/__pycache__'));
  writeFileSync(join(checkout, 'modules/sdk/python/__pycache__/rigdeck.cpython-313.pyc'), '');
  const words = ['pack', '--json', '--pack-destination', folder];
  const { code, stdout, stderr } = await npm(words, checkout);
  if (code !== 0) throw new Error(`npm pack: ${stderr}`);
  // Before it npm says which script it runs.
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
  return { file: join(folder, packed.filename), files: packed.files };
}

/** A copy of the tree as it is tracked. @returns its folder */
export function checkOutInto(folder: string): string {
  const checkout = join(folder, 'checkout');
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root });
  for (const path of list.toString().split('\n').filter(Boolean)) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    cpSync(join(root, path), join(checkout, path));
  }
  return checkout;
}

/**
 * Installs from the registry, or from npm's cache.
 *
 * @returns null; or in a line why it cannot be had here: there is no network
 * @throws what npm says where something else is wrong
 */
export async function install(
  words: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const { code, stderr } = await npm(['install', ...quietly, ...words], folder, env);
  const why = code === 0 ? null : whyNot({ code, stderr });
  if (why === undefined) throw new Error(`npm install: ${stderr}`);
  return why;
}

/** Why npm could not have something here: there is no network. Undefined where something else is wrong. */
export function whyNot({ code, stderr }: Pick<Ended, 'code' | 'stderr'>): string | undefined {
  const unreachable =
    /(?:code|getaddrinfo|connect) (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|E5\d\d)/;
  const why = unreachable.exec(stderr)?.[1];
  if (why === undefined && code !== -1) return undefined;
  return `npm cannot reach its registry (${why ?? 'it took too long'})`;
}

/** An official Node, out of the package that brings it; the test is left out where it cannot be had. */
export async function officialNode(
  major: string,
  folder: string,
  context: TestContext,
): Promise<{ readonly node: string; readonly headers: string }> {
  const where = join(folder, `node-${major}`);
  const name = `node-linux-${process.arch}`;
  const why = await install(['--no-save', `${name}@${major}`], where);
  if (why !== null) context.skip(why);
  const headers = join(where, 'node_modules', name);
  const node = join(headers, 'bin/node');
  const version = execFileSync(node, ['--version']).toString();
  if (!version.startsWith(`v${major}.`)) throw new Error(`it is Node ${version}`);
  return { node, headers };
}

/** A PATH with Node, npm and a shell, and nothing that could build anything. */
export function pathWithoutCompiler(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['npm', 'sh', 'env', 'uname', 'rm', 'mkdir', 'cat', 'ls']) {
    symlinkSync(execFileSync('which', [name]).toString().trim(), join(folder, name));
  }
  symlinkSync(process.execPath, join(folder, 'node'));
  return folder;
}

/** Sizes of all files below a folder added up, in bytes. */
export function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function npm(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { cwd, env: { ...process.env, ...env }, timeout: patiently(npmMs) };
    execFile('npm', words, settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
