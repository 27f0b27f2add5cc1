import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { hasControlCodes } from './support/control-codes.ts';
import { cpuSeconds } from './support/processes.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const budgetBytes = 16_000_000;

story.concurrent(
  'a module that floods its log with 100 MB disturbs nobody: small run dir, idle daemon, last words kept',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        cam: sensor,
        loud: { use: 'demo-sensor', options: { rate: 50, floodPrints: 20_000_000 } },
      },
    });
    await rig.startUp();
    await rig.wish('record.start');
    const beganCpuS = cpuSeconds(rig.daemon.pid);
    const loud = rig.pidOf('loud');
    let largest = 0;
    await until(
      '100 MB were printed',
      () => {
        largest = Math.max(largest, sizeOf(rig.runDir));
        return writtenBytes(loud) > 100_000_000;
      },
      40_000,
    );
    const usedCpuS = cpuSeconds(rig.daemon.pid) - beganCpuS;
    process.stdout.write(`  100 MB of prints cost the daemon ${usedCpuS.toFixed(2)} CPU s\n`);
    expect(usedCpuS).toBeLessThan(2);
    expect(largest).toBeLessThan(budgetBytes * 2);
    await until('the run dir is small', () => sizeOf(rig.runDir) < budgetBytes);
    expect(rig.me.module('loud')).toMatchObject({ state: 'recording', problem: { code: 'flood' } });
    expect(rig.me.module('cam')).toMatchObject({ state: 'recording', health: 'ok', problem: null });

    process.kill(loud, 'SIGKILL');
    const dead = await rig.until(
      'it is noticed',
      ({ modules }) => modules['loud']?.lastProblem?.code === 'exited',
    );
    expect(dead.modules['loud']?.lastProblem?.exit?.lastWords.join()).toContain(
      'all work and no play',
    );
    await rig.wish('record.stop');
    const rows = rowsOf(theSession(rig.recordings), 'cam');
    expect(rows).toEqual(unbroken(rows));
    expect(manifestOf(theSession(rig.recordings)).gaps).toMatchObject([{ module: 'loud' }]);
  },
);

story.concurrent(
  'a module that floods the rig with lines, good and bad, is named and costs the others nothing',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        cam: sensor,
        loud: { use: 'demo-sensor', options: { rate: 50, floodLines: 5_000, badLines: 50 } },
      },
    });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.until('it is named', ({ modules }) =>
      ['bad-lines', 'flood'].includes(modules['loud']?.problem?.code ?? ''),
    );
    const beganCpuS = cpuSeconds(rig.daemon.pid);
    const beganMs = performance.now();
    await rig.wish('record.pause');
    await rig.wish('record.resume');
    await rig.wish('mark', { text: 'through the flood' });
    await until('a while has passed', () => performance.now() - beganMs > 4_000);
    const share =
      (cpuSeconds(rig.daemon.pid) - beganCpuS) / ((performance.now() - beganMs) / 1_000);
    process.stdout.write(
      `  5,000 lines a second cost the daemon ${Math.round(share * 100)} % of a core\n`,
    );
    expect(share).toBeLessThan(0.6);
    expect(sizeOf(rig.runDir)).toBeLessThan(budgetBytes);
    expect(rig.me.module('cam')).toMatchObject({ state: 'recording', health: 'ok' });
    await rig.wish('record.stop');
  },
);

story.concurrent(
  'control codes in what a module says and prints reach nobody',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        evil: { use: 'demo-sensor', options: { rate: 50, controlCodes: true } },
        worse: {
          use: 'demo-sensor',
          options: { controlCodes: true, failArm: true },
          required: false,
        },
      },
    });
    await rig.startUp();
    await rig.wish('record.start');
    const told = [
      await rig.run('status', '--json'),
      await rig.run('status'),
      await rig.run('logs', 'evil'),
      await rig.run('history'),
      await rig.run('history', '--json'),
    ];
    await rig.wish('record.stop');
    for (const { code, stdout } of told) {
      expect(code).toBe(0);
      expect(hasControlCodes(stdout)).toBe(false);
      expect(hasControlCodes(JSON.stringify(stdout))).toBe(false);
    }
    expect(told[2]?.stdout).toContain('gnp.exe');
    const snapshot = JSON.stringify(rig.me.now());
    expect(hasControlCodes(snapshot)).toBe(false);
    expect(snapshot).not.toMatch(/\\u00(0|1|7f|9)/);
    expect(hasControlCodes(JSON.stringify(rig.me.changes))).toBe(false);
    for (const file of ['status.json']) {
      expect(hasControlCodes(readFileSync(join(rig.runDir, file), 'utf8'))).toBe(false);
    }
  },
);

/** What a folder takes on its disk: a punched file is larger than that. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + blocksOf(join(entry.parentPath, entry.name)), 0);
}

function blocksOf(path: string): number {
  return (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
}

/** proc_pid_io(5): what a process has written, wherever to. */
function writtenBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/io`, 'utf8');
  return Number(/^wchar: (\d+)$/m.exec(text)?.[1] ?? 0);
}
