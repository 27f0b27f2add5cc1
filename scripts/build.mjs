// Bundles what ships: one file a command, code shared between them in chunks, nothing from node_modules at run time.
//   node scripts/build.mjs [FOLDER [PARTS]]      into dist unless told; PARTS: a file that says what is in which file
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const [, , folder, parts] = process.argv;
const out = resolve(folder ?? new URL('../dist', import.meta.url).pathname);
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  entryPoints: { rigdeck: 'src/main.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  define: {
    'process.env.NODE_ENV': '"production"',
    // Yoga (of Ink) fetches what it has in itself, for which Node loads its whole HTTP client at each start of a screen.
    fetch: 'undefined',
  },
  // Native parts stay outside the bundle and are optional at run time.
  external: ['onoff', 'koffi'],
  // Ink asks for the developer tools only when DEV is set; a static import of them would cost every start.
  alias: { 'react-devtools-core': new URL('react-devtools-core.mjs', import.meta.url).pathname },
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
});
await cp('src/daemon/runs/keeper.sh', `${out}/keeper.sh`);
await chmod(`${out}/keeper.sh`, 0o755);
await cp('src/daemon/service/kiosk.sh', `${out}/kiosk.sh`);
await chmod(`${out}/kiosk.sh`, 0o755);
await cp('src/daemon/recordings/sum-thread.mjs', `${out}/sum-thread.mjs`);
if (parts !== undefined) await writeFile(parts, JSON.stringify(metafile));
