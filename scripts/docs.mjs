// Brings the parts of docs/*.md that are made from the source up to date; with --check it only says which are not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url).pathname;
// Below node_modules, so that packages are found from there.
const bundle = `${root}node_modules/.cache/rigdeck-docs.mjs`;
await build({
  entryPoints: [`${root}scripts/docs-pages.ts`],
  outfile: bundle,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
});
const { withGeneratedParts } = await import(bundle);

const isCheck = process.argv.includes('--check');
const pages = readdirSync(`${root}docs`).filter((name) => name.endsWith('.md'));
const changed = pages.filter((name) => {
  const file = `${root}docs/${name}`;
  const before = readFileSync(file, 'utf8');
  const after = withGeneratedParts(before);
  if (after !== before && !isCheck) writeFileSync(file, after);
  return after !== before;
});
for (const name of changed) {
  console.log(
    isCheck
      ? `docs/${name} is not up to date: node scripts/docs.mjs brings it there`
      : `docs/${name} is new`,
  );
}
process.exit(isCheck && changed.length > 0 ? 1 : 0);
