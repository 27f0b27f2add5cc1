import { build, type Metafile } from 'esbuild';

const devtools = new URL('../../scripts/nothing.mjs', import.meta.url).pathname;

/**
 * Bundles a program of the tests into one file, for a process of its own.
 *
 * @param from its file, or its text with imports relative to the root of the tree
 * @returns what the file was made from
 */
export async function bundle(
  outfile: string,
  from: { readonly file: string } | { readonly text: string },
  alias: Readonly<Record<string, string>> = {},
): Promise<Metafile> {
  const source =
    'file' in from
      ? { entryPoints: [from.file] }
      : { stdin: { contents: from.text, resolveDir: process.cwd() } };
  const { metafile } = await build({
    ...source,
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    metafile: true,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    // Loaded only when it is used, which these programs do not.
    external: ['execa', 'koffi', 'onoff'],
    alias: { 'react-devtools-core': devtools, ...alias },
    banner: {
      // For CommonJS packages in the bundle.
      js: "import { createRequire as rigdeckRequire } from 'node:module'; const require = rigdeckRequire(import.meta.url);",
    },
  });
  return metafile;
}
