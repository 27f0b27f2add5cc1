// Runs the groups of tests one after another, tells what became of each, and closes with one line for all of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const vitest = (...folders) => ({ vitest: folders.filter((folder) => existsSync(folder)) });
const groups = {
  types: { command: ['npx', 'tsc', '-b', '--force'], and: ['npx', 'tsc', '-p', 'test'] },
  lint: { command: ['npx', 'biome', 'check', '--error-on-warnings', '.'] },
  unused: { command: ['npx', 'knip'] },
  build: { command: ['node', 'scripts/build.mjs'], and: ['npx', 'publint'] },
  house: vitest('test/tidy.test.ts', 'test/docs'),
  unit: vitest('test/protocol', 'test/core', 'test/gpio/', 'test/tui'),
  simulation: vitest('test/simulation'),
  adapters: vitest('test/daemon', 'test/client'),
  modules: vitest('test/modules'),
  'command-line': vitest('test/cli'),
  stories: vitest('test/stories'),
  terminal: vitest('test/terminal'),
  // The quick start in a fresh Debian; skipped, and why, where none can be made or booted.
  trixie: {
    ...vitest('test/trixie'),
    prepare: ['timeout', '300', 'scripts/trixie-root', 'prepare'],
    check: ['scripts/trixie-root', 'check'],
  },
  // Where no kernel can be had, its tests are skipped and say why.
  'gpio-vm': {
    ...vitest('test/gpio-vm'),
    prepare: ['timeout', '200', 'scripts/gpio-vm', 'prepare'],
    check: ['scripts/gpio-vm', 'check'],
  },
};

// Programs that groups need, and that `scripts/test` installs where it may.
const programs = {
  modules: ['ffmpeg', 'ffprobe', 'arecord', 'flac', 'gpsd', 'gpsfake', 'python3'],
  terminal: ['tmux', 'sshd', 'ssh'],
  stories: ['strace', 'faketime'],
  trixie: ['tmux', 'ssh', 'scp'],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in groups));
if (unknown.length > 0) {
  console.error(
    `no such group: ${unknown.join(', ')}; groups are ${Object.keys(groups).join(', ')}`,
  );
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const folder = mkdtempSync(join(tmpdir(), 'rigdeck-test-'));
const lines = [];
const ran = new Set();
for (const [name, group] of Object.entries(groups)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n== ${name}`);
  const began = performance.now();
  if (group.prepare !== undefined) run(group.prepare);
  const result = 'vitest' in group ? runVitest(name, group.vitest) : runCommands(group);
  if (group.check !== undefined) result.why = `${result.why ?? ''}${whyNot(group.check)}`;
  tell(name, result, Math.round((performance.now() - began) / 1000));
}
rmSync(folder, { recursive: true, force: true });
if (asked.length === 0) tell('matrix', failureMatrix());
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

function tell(name, result, seconds = 0) {
  for (const key of Object.keys(total)) total[key] += result[key];
  const words = `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`;
  lines.push(
    `${name.padEnd(13)} run in ${String(seconds).padStart(4)} s: ${words}${result.why ?? ''}`,
  );
}

// Every row of the failure matrix names tests; each of them has to have run.
function failureMatrix() {
  const page = readFileSync('docs/failures.md', 'utf8');
  const named = [...page.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, path]) => path);
  const missing = [...new Set(named)].filter((path) => !ran.has(path));
  const why =
    missing.length > 0 ? ` (named in docs/failures.md and not run: ${missing.join(', ')})` : '';
  return { passed: new Set(named).size - missing.length, failed: missing.length, skipped: 0, why };
}

function runCommands({ command, and }) {
  const isGood = [command, and].every((one) => one === undefined || run(one) === 0);
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 };
}

// Nothing, or in words what this machine lacks.
function whyNot([program, ...rest]) {
  const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
  return status === 0 ? '' : ` (${stderr.trim()})`;
}

function run([program, ...rest], env = {}) {
  return (
    spawnSync(program, rest, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1
  );
}

function runVitest(name, folders) {
  if (folders.length === 0) return { passed: 0, failed: 1, skipped: 0, why: ' (no such tests)' };
  const file = join(folder, `${name}.json`);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const status = run(['npx', 'vitest', 'run', ...reporters, ...folders]);
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, why: ' (it did not end)' };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  for (const { name: path } of report.testResults) ran.add(relative(process.cwd(), path));
  const skipped = report.numPendingTests + report.numTodoTests;
  const missing = (programs[name] ?? []).filter((program) => !isInstalled(program));
  const failed = report.numFailedTests + brokenFiles(report) + strictSkips(missing);
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped,
    why: missing.length > 0 ? ` (missing: ${missing.join(', ')})` : '',
  };
}

// A file that does not even load has no tests that could fail.
function brokenFiles(report) {
  return report.testResults.filter(
    (one) => one.status === 'failed' && one.assertionResults.length === 0,
  ).length;
}

function strictSkips(missing) {
  return process.env.RIGDECK_TEST_STRICT === '1' ? missing.length : 0;
}

function isInstalled(program) {
  const places = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  return places.some((place) => existsSync(join(place, program)));
}
