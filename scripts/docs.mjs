// Brings what is made from the source up to date: parts of docs/*.md, and share/. With --check it only says what is not.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
const { sharedFiles, withGeneratedParts } = await import(bundle);

const isCheck = process.argv.includes('--check');
const pages = readdirSync(`${root}docs`).filter((name) => name.endsWith('.md'));
const changed = [
  ...pages.map((name) => [`docs/${name}`, withGeneratedParts]),
  ...Object.entries(sharedFiles()).map(([name, text]) => [`share/${name}`, () => text]),
].filter(([name, made]) => {
  const file = `${root}${name}`;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = made(before);
  if (after !== before && !isCheck) writeFileSync(file, after);
  return after !== before;
});
for (const [name] of changed) {
  console.log(
    isCheck ? `${name} is not up to date: node scripts/docs.mjs brings it there` : `${name} is new`,
  );
}
process.exit(isCheck && changed.length > 0 ? 1 : 0);
