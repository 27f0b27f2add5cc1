import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** How a process of the program ended, and all that it said. */
type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type BundledProgram = {
  readonly file: string;
  readonly meta: Metafile;
  run(
    words: readonly string[],
    options?: { readonly env?: Record<string, string>; readonly cwd?: string },
  ): Promise<Ended>;
  remove(): Promise<void>;
};

/** Bundles the program as it ships, into a folder of its own with package.json and modules/ beside `dist`. */
export async function bundleProgram(): Promise<BundledProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'rigdeck-bundle-'));
  const { metafile } = await build({
    entryPoints: { rigdeck: join(root, 'src/main.ts') },
    outdir: join(folder, 'dist'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minifySyntax: true,
    metafile: true,
    logLevel: 'error',
    absWorkingDir: root,
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['onoff', 'epoll'],
    alias: { 'react-devtools-core': join(root, 'scripts/react-devtools-core.mjs') },
    banner: {
      js: [
        "import { createRequire as rigdeckRequire } from 'node:module';",
        "import { fileURLToPath as rigdeckPath } from 'node:url';",
        'const require = rigdeckRequire(import.meta.url);',
        'const __filename = rigdeckPath(import.meta.url);',
        "const __dirname = rigdeckPath(new URL('.', import.meta.url));",
      ].join('\n'),
    },
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  await symlink(join(root, 'modules'), join(folder, 'modules'));
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
  await copyFile(join(root, 'src/daemon/runs/keeper.sh'), join(folder, 'dist/keeper.sh'));
  const file = join(folder, 'dist/rigdeck.js');
  return {
    file,
    meta: metafile,
    run: (words, { env = {}, cwd = folder } = {}) =>
      new Promise((resolve) => {
        const options = { cwd, env: { ...plainEnvironment(), ...env }, timeout: 45_000 };
        execFile(process.execPath, [file, ...words], options, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ code, stdout, stderr });
        });
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What the tests run with: nothing of the machine that they run on decides what is printed. */
export function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', TZ = 'UTC' } = process.env;
  return { PATH, HOME, TZ, LANG: 'C.UTF-8', TERM: 'xterm-256color' };
}
