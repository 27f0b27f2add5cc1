import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { leaveStatus, type ServedRig, serveRig } from './served-rig.ts';

let rig: ServedRig;
const run = (...words: string[]) => runProgram(words, { env: { RIGDECK_RUN_DIR: rig.runDir } });

beforeEach(async () => {
  rig = await serveRig(
    snapshotWith({ mic: moduleWith(), cam: moduleWith({ state: 'starting', phase: 'probing' }) }),
  );
});

it('status shows what was last known, marked as such, and ends with 3', async () => {
  await rig.close();
  const bootId = '0000';
  const at = new Date(Date.now() - 14_000).toISOString();
  const last = { ...snapshotWith({ mic: moduleWith() }), at };
  await leaveStatus(rig.runDir, last, {
    stopped: true,
    daemon: { pid: 1, startTicks: '1', bootId },
  });
  const words = await run('status');
  expect(words.code).toBe(3);
  expect(words.stdout).toMatch(
    /^ field-rig-03 · daemon stopped · as of (1[4-9]|[2-5]\d) s ago\n last known: idle\n/,
  );
  expect(words.stderr).toMatch(/^rigdeck: no daemon answers .*rigdeck up.*\n$/);
  const json = await run('status', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ stale: true, stopped: true, seq: 1 });
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'no-daemon' } });
});

it('status says which steps of the stop failed, and before all that the machine is still on', async () => {
  await rig.close();
  await leaveStatus(rig.runDir, snapshotWith({}), {
    stopped: true,
    failedSteps: ['stop modules: mic has not ended', 'power off: Command failed: /bin/false'],
    daemon: { pid: 1, startTicks: '1', bootId: '0000' },
  });
  expect((await run('status')).stdout.replace(/\s+/g, ' ')).toContain(
    'daemon stopped, but the power-off failed, this machine is still on: Command failed: /bin/false; step failed: stop modules: mic has not ended · as of',
  );
});

it('a daemon that was killed is called crashed', async () => {
  await rig.close();
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const daemon = { pid: process.pid, startTicks: 'of another process', bootId };
  await leaveStatus(rig.runDir, snapshotWith({}), { daemon });
  expect((await run('status')).stdout).toContain('daemon crashed · as of ');
});

it.each([
  ['is', 'up', 8],
  ['is', 'ready', 3],
  ['enable', 'mic', 3],
  ['record', 'start', 3],
  ['record', 'stop', 3],
  ['mark', 'x', 3],
  ['history', 'mic', 3],
  ['watch', '', 3],
  ['down', '', 3],
  ['status', '--watch', 3],
] as const)('%s %s ends within seconds', async (command, word, code) => {
  await rig.close();
  const beganMs = performance.now();
  const ended = await run(command, ...(word === '' ? [] : [word]));
  expect(ended.code).toBe(code);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
});

it('down where nothing runs says that there is nothing to stop, and nothing of a start', async () => {
  await rig.close();
  const { code, stderr } = await run('down');
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^rigdeck: no daemon answers in .+: nothing runs there, so there is nothing to stop\n$/,
  );
});

it('wait up waits two seconds at most for one that is not there', async () => {
  await rig.close();
  const beganMs = performance.now();
  expect((await run('wait', 'up', '--timeout', '60')).code).toBe(8);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
});

it('modules that record on without their daemon are told of, whatever was asked', async () => {
  await rig.close();
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const recording = moduleWith({ state: 'recording' });
  const last = snapshotWith({ mic: recording, cam: recording, spare: moduleWith() });
  const at = new Date().toISOString();
  const daemon = { pid: process.pid, startTicks: 'of another process', bootId };
  await leaveStatus(rig.runDir, { ...last, at }, { daemon });
  const write = async (module: string, stat: string) => {
    await mkdir(`${rig.runDir}/${module}`, { recursive: true });
    await writeFile(`${rig.runDir}/${module}/pid`, stat);
  };
  const alive = await readFile('/proc/self/stat', 'latin1');
  await write('mic', alive);
  expect((await run('mark', 'x')).stderr).toMatch(
    /; 2 modules were recording at \d\d:\d\d:\d\d, of which 1 still runs\. Start it with `rigdeck up`\. It takes over what runs, as it is\.\n$/,
  );
  await write('cam', alive);
  const { code, stderr } = await run('status');
  expect(code).toBe(3);
  expect(stderr).toMatch(/; 2 modules were recording at \d\d:\d\d:\d\d and still run\. Start/);
  await writeFile(`${rig.runDir}/rig.yaml`, 'version: 1\nmodulez: {}\n');
  const faulty = await run('--config', `${rig.runDir}/rig.yaml`, 'up');
  expect(faulty.code).toBe(2);
  expect(faulty.stderr).toMatch(
    /unknown key `modulez`.*; meanwhile 2 modules were recording at \d\d:\d\d:\d\d and still run\. See `rigdeck --config \S+ config check`\.\n$/,
  );
  for (const module of ['mic', 'cam']) await write(module, alive.replace(/\d+/g, '1'));
  expect((await run('down')).stderr).toMatch(
    /; 2 modules were recording at \d\d:\d\d:\d\d and have ended\. Start it with `rigdeck up`\.\n$/,
  );
});

it('logs come from the files that are left', async () => {
  await rig.close();
  await mkdir(`${rig.runDir}/mic`);
  await writeFile(`${rig.runDir}/mic/log.1`, 'cut off\n');
  await writeFile(`${rig.runDir}/mic/log`, 'newest \u001b[2J\n');
  expect((await run('logs', 'mic')).stdout).toBe('cut off\nnewest \u241b[2J\n');
  const other = await run('logs', 'cam');
  expect(other).toMatchObject({ code: 4 });
  expect(other.stderr).toContain('There are: mic.');
});
