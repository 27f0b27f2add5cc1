// Bundles what ships: one file a command, code shared between them in chunks, nothing from node_modules at run time.
//   node scripts/build.mjs [FOLDER [PARTS]]      into dist unless told; PARTS: a file that says what is in which file
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { thirdPartyNotice } from './third-party.mjs';

const { build } = await import('esbuild').catch(() => {
  // As `npm pack` meets it, which builds first.
  console.error('rigdeck: the packages that build it are not there. In its checkout: npm ci');
  process.exit(1);
});

const [, , folder, parts] = process.argv;
const out = resolve(folder ?? new URL('../dist', import.meta.url).pathname);
/** @satisfies {import('esbuild').BuildOptions} */
const common = {
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  banner: {
    // CommonJS packages in the bundle (write-file-atomic, commander) expect these three.
    js: [
      "import { createRequire as rigdeckRequire } from 'node:module';",
      "import { fileURLToPath as rigdeckPath } from 'node:url';",
      'const require = rigdeckRequire(import.meta.url);',
      'const __filename = rigdeckPath(import.meta.url);',
      "const __dirname = rigdeckPath(new URL('.', import.meta.url));",
    ].join('\n'),
  },
};

/**
 * A daemon loads execa when it first needs it, which may be after an update has replaced its files: then that of the new
 * version, under the same name, serves the old one.
 *
 * @type {import('esbuild').Plugin}
 */
const execaBeside = {
  name: 'execa beside the program',
  setup: (bundle) => {
    bundle.onResolve({ filter: /^execa$/ }, () => ({ path: './execa.js', external: true }));
  },
};

/**
 * Somebody's `DEV=true` is no wish for the developer tools of Ink, which no rig has.
 *
 * @type {import('esbuild').Plugin}
 */
const withoutDevtools = {
  name: 'Ink without its developer tools',
  setup: (bundle) => {
    const isDev = 'export const isDev = () => false;';
    bundle.onLoad({ filter: /\/ink\/build\/utils\.js$/ }, () => ({ contents: isDev }));
    bundle.onLoad({ filter: /\/ink\/build\/devtools\.js$/ }, () => ({ contents: '' }));
  },
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const program = await build({
  ...common,
  entryPoints: { rigdeck: 'src/rigdeck.ts' },
  define: {
    'process.env.NODE_ENV': '"production"',
    // Yoga (of Ink) fetches what it has in itself, for which Node loads its whole HTTP client at each start of a screen.
    fetch: 'undefined',
  },
  // Native parts stay outside the bundle and are optional at run time.
  external: ['onoff', 'koffi'],
  plugins: [execaBeside, withoutDevtools],
});
// What a module runs in a process of its own.
const inventory = await build({
  ...common,
  entryPoints: { 'print-inventory': 'modules/system/print-inventory.mjs' },
  // For another system than Linux only.
  external: ['osx-temperature-sensor'],
});
const execa = await build({ ...common, splitting: false, entryPoints: { execa: 'execa' } });
const beside = [
  ['src/daemon/runs/keeper.sh', 0o755],
  ['src/daemon/service/kiosk.sh', 0o755],
  ['src/daemon/recordings/sum-thread.mjs', 0o644],
];
for (const [file, mode] of beside) {
  const copy = `${out}/${file.split('/').at(-1)}`;
  await cp(file, copy);
  await chmod(copy, mode);
}
const metafiles = [program, inventory, execa].map(({ metafile }) => metafile);
await writeFile(`${out}/THIRD-PARTY.txt`, await thirdPartyNotice(metafiles));
if (parts !== undefined) await writeFile(parts, JSON.stringify(program.metafile));
