// Builds the program, measures what is asked for (all, unless told) and writes docs/performance.md.
//   node bench/run.mjs [--quick] [NAME ...]     --quick: few rounds, to see that it works; writes nothing
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReport } from './support/report.mjs';
import { judge } from './support/verdict.mjs';

const names = [
  'commands',
  'idle',
  'respawn',
  'watchers',
  'screen',
  'disk',
  'prints',
  'starting',
  'starts',
  'boot',
  'evidence',
  'modules',
  'weight',
  'checksums',
  'panel',
  'gpio',
];
const root = new URL('..', import.meta.url).pathname;
const resultsFile = join(root, 'docs/performance.json');

const words = process.argv.slice(2);
const quick = words.includes('--quick');
const asked = words.filter((word) => word !== '--quick');
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

const { folder, program } = build();
const measured = {};
try {
  for (const name of asked.length > 0 ? asked : names) {
    console.error(`measuring ${name} ...`);
    const { title, about, run } = await import(`./${name}.mjs`);
    const machine = describeMachine();
    const at = new Date().toISOString();
    const found = await run({ program, quick });
    if (typeof found === 'string') {
      console.error(`skipped: ${found}`);
      continue;
    }
    const rows = found.map(judge);
    measured[name] = { title, about, at, machine, rows };
    console.log(
      makeReport({ [name]: measured[name] })
        .split('\n')
        .slice(8)
        .join('\n'),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!quick) keep();
process.exit(0);

/** The program in a folder of its own, so that nobody who builds meanwhile is measured. */
function build() {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-bench-program-'));
  const dist = join(folder, 'dist');
  execFileSync(process.execPath, ['scripts/build.mjs', dist], { cwd: root, stdio: 'inherit' });
  for (const beside of ['package.json', 'modules']) {
    symlinkSync(join(root, beside), join(folder, beside));
  }
  return { folder, program: join(dist, 'rigdeck.js') };
}

function describeMachine() {
  const [load = 0] = loadavg();
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    kernel: release(),
    load: Math.round(load * 10) / 10,
  };
}

/** What was not measured now stays as it was. */
function keep() {
  const before = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {};
  const all = { ...before, ...measured };
  const results = Object.fromEntries(
    names.filter((name) => name in all).map((name) => [name, all[name]]),
  );
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(root, 'docs/performance.md'), makeReport(results));
}
