import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { version } from '../../src/protocol/version.ts';
import { packInto } from '../cli/packed.ts';
import { programFile } from '../support/program.ts';
import { until } from '../support/until.ts';
import { type Booted, bootUp, isBootable, user } from './support/booted.ts';
import { manifestOf, rowsOf, theSession, unbroken } from './support/recorded.ts';

const five = ['cam', 'mic', 'gps', 'imu', 'lidar'];

async function installed(machine: Booted): Promise<void> {
  expect(await machine.rigdeck('service', 'install')).toMatchObject({ code: 0 });
  expect((await machine.rigdeck('wait', 'ready', '--timeout', '60')).code).toBe(0);
}

async function shown({ run }: Booted, key: string): Promise<string> {
  return (await run('systemctl', 'show', 'rigdeck', '-p', key, '--value')).stdout.trim();
}

async function sensors({ run }: Booted): Promise<string[]> {
  const { stdout } = await run('pgrep', '-f', 'demo-sensor/main');
  return stdout.trim().split('\n');
}

/** Ends the recording, and looks whether every row of these is there, once and whole. */
async function nothingIsLost({ rigdeck, recordings }: Booted, names = five): Promise<void> {
  expect((await rigdeck('record', 'stop', '--yes')).stdout).toContain('stopped: trial 1');
  const session = theSession(recordings);
  for (const name of names) {
    const rows = rowsOf(session, name);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(unbroken(rows));
  }
  const { gaps, trials } = manifestOf(session);
  expect(gaps.filter(({ module }) => names.some((name) => name === module))).toEqual([]);
  expect(trials).toHaveLength(1);
}

test.runIf(isBootable)(
  'under a real systemd: systemctl reload takes over a changed rig.yaml while five modules record, and one with faults is refused',
  { timeout: 180_000 },
  async () => {
    const machine = await bootUp();
    const { run, rigdeck, folder } = machine;
    const config = join(folder, 'rig.yaml');
    await installed(machine);
    expect((await rigdeck('record', 'start')).code).toBe(0);
    const before = await sensors(machine);
    const pid = await shown(machine, 'MainPID');

    const good = `${readFileSync(config, 'utf8')}  wind: { use: demo-sensor }\n`;
    writeFileSync(config, good);
    expect(await run('systemctl', 'reload', 'rigdeck')).toMatchObject({ code: 0 });
    expect((await rigdeck('wait', 'ready', '--timeout', '60')).code).toBe(0);
    expect((await rigdeck('status')).stdout).toMatch(/^ wind +/m);
    const all = await sensors(machine);
    expect(all).toHaveLength(12); // each with its keeper;
    expect(all).toEqual(expect.arrayContaining(before));

    writeFileSync(config, `${good}  bad: [\n`);
    expect(await run('systemctl', 'reload', 'rigdeck')).toMatchObject({ code: 1 });
    expect(await shown(machine, 'ActiveState')).toBe('active');
    expect((await rigdeck('status')).stdout).toContain('is never closed with');
    expect((await rigdeck('history')).stdout).toContain('Nothing of it was taken over');
    expect(await sensors(machine)).toEqual(all);
    expect(await shown(machine, 'MainPID')).toBe(pid);
    await nothingIsLost(machine);
  },
);

test.runIf(isBootable)(
  'under a real systemd: installed once more while it records, by a program that has moved, the service loses no row; what would is refused',
  { timeout: 240_000 },
  async () => {
    const machine = await bootUp();
    const { run, rigdeck, folder } = machine;
    const said = async (...words: string[]) => {
      const { code, stdout } = await run('sh', '-c', 'exec "$@" 2>&1', 'sh', ...words);
      return `${code} ${stdout}`;
    };
    const program = await programFile();
    const moved = join(folder, 'moved');
    for (const part of ['dist', 'modules', 'package.json'])
      cpSync(join(program, '../..', part), join(moved, part), {
        recursive: true,
        dereference: true,
      });
    const of = (where: string) => [process.execPath, join(where, 'dist/rigdeck.js')];
    await installed(machine);
    expect((await rigdeck('record', 'start')).code).toBe(0);
    const before = await sensors(machine);

    const pid = await shown(machine, 'MainPID');
    // What is there is kept, wherever it is typed, and without naming rig.yaml again.
    expect(await said('env', '-C', '/', ...of(moved), 'service')).toContain('another rigdeck');
    const again = await said('env', '-C', '/', ...of(moved), 'service', 'install');
    expect(again).toMatch(new RegExp(`^0 [\\s\\S]*it goes by ${folder}/rig\\.yaml`));
    await until(
      'the moved program records on',
      async () =>
        (await shown(machine, 'MainPID')) !== pid &&
        (await said(...of(moved), 'service')).includes('enabled, and runs') &&
        (await said(...of(moved), 'is', 'recording')).startsWith('0'),
      60_000,
    );
    expect(await shown(machine, 'ExecStart')).toContain(moved);
    expect(await sensors(machine)).toEqual(before);

    copyFileSync(join(folder, 'rig.yaml'), join(folder, 'other.yaml'));
    const other = [...of(moved), '--config', join(folder, 'other.yaml')];
    expect(await said(...other, 'service', 'install')).toMatch(/^5 .*would end that for/);
    expect(await said(...other, 'up')).toMatch(/^5 .*the service of this machine runs/);
    expect(await said(...of(moved), 'up')).toMatch(/^0 .*as the service of this machine/);
    expect(await said(...of(moved), 'service', 'uninstall')).toMatch(/^5 .*rigdeck down/);

    // A stopped daemon has handed over: its modules would have nobody.
    expect((await run('systemctl', 'stop', 'rigdeck')).code).toBe(0);
    expect(await said(...of(moved), 'service')).toMatch(/it is stopped; 5 modules were recording/);
    expect(await said(...of(moved), 'service', 'uninstall')).toMatch(/^5 .*still run/);
    expect((await run('systemctl', 'start', 'rigdeck')).code).toBe(0);
    await until(
      'it records on',
      async () => (await said(...of(moved), 'is', 'recording')).startsWith('0'),
      60_000,
    );
    await nothingIsLost(machine);

    expect((await rigdeck('down', '--yes')).code).toBe(0);
    expect(await said(...of(moved), 'service', 'uninstall')).toMatch(/^0 removed/);
    expect(await said(...of(moved), 'service')).toContain('there is no service');
    expect(existsSync(join(folder, 'rig.yaml'))).toBe(true);
    expect(manifestOf(theSession(machine.recordings)).session.endedAt).not.toBeNull();
  },
);

test.runIf(isBootable && user !== 'root')(
  'under a real systemd: no service is installed beside a rig that the same person has started, and none fights for its recordings',
  { timeout: 180_000 },
  async () => {
    const machine = await bootUp();
    const { run, rigdeck, folder } = machine;
    const as = (...words: string[]) => run('runuser', '-u', user, '--', ...words);
    const program = [process.execPath, await programFile(), '--config', join(folder, 'rig.yaml')];
    const own = `/tmp/rigdeck-${(await run('id', '-u', user)).stdout.trim()}`;
    const state = ['--state-dir', join(folder, 'state')];
    await run('rm', '-rf', own);
    expect((await as(...program, ...state, 'up')).code).toBe(0);
    const asRoot = ['sh', '-c', 'exec "$@" 2>&1', 'sh', ...program] as const;
    const refused = await run(...asRoot, 'service', 'install');
    expect(refused.code).toBe(5);
    expect(refused.stdout).toContain(`a rig that ${user} started by hand runs beside it`);
    expect(refused.stdout).toContain(`rigdeck --run-dir ${own} down`);
    expect((await run('systemctl', 'cat', 'rigdeck')).code).not.toBe(0);
    // Another person's service on the same folder does not begin to record there.
    expect((await run(...asRoot, 'service', 'install', '--user', 'root')).code).toBe(0);
    await until(
      'it is started again',
      async () => Number(await shown(machine, 'NRestarts')) > 0,
      60_000,
    );
    expect((await as(...program, '--run-dir', own, 'is', 'idle')).code).toBe(0);

    expect((await as(...program, '--run-dir', own, 'down', '--yes')).code).toBe(0);
    await until('it serves', async () => (await rigdeck('is', 'ready')).code === 0, 60_000);
    await run('rm', '-rf', own);
  },
);

test.runIf(isBootable)(
  'under a real systemd: npm installs another build over the one that records; it goes on with all that it can, and the new one takes over',
  { timeout: 300_000 },
  async () => {
    const machine = await bootUp();
    const { run, folder } = machine;
    const config = join(folder, 'rig.yaml');
    const hook = `hooks: [{ on: [mark], run: [touch, ${join(folder, 'told')}] }]\n`;
    writeFileSync(config, hook + readFileSync(config, 'utf8'));
    const builds = mkdtempSync(join(tmpdir(), 'rig-builds-'));
    onTestFinished(() => rmSync(builds, { recursive: true, force: true }));
    const { file } = await packInto(builds);
    const prefix = join(folder, 'prefix');
    installOver(prefix, file);
    const program = join(prefix, 'lib/node_modules/rigdeck/dist/rigdeck.js');
    const rigdeck: Booted['rigdeck'] = (...words) =>
      run(process.execPath, program, '--config', config, ...words);
    await installed({ ...machine, rigdeck });
    expect((await rigdeck('record', 'start')).code).toBe(0);
    const pid = await shown(machine, 'MainPID');
    const before = await sensors(machine);

    installOver(prefix, packAnother(builds));
    expect((await rigdeck('service')).stdout).toContain(
      `the daemon is ${version}, this program 9.9.9`,
    );
    await run('sh', '-c', 'kill -9 $(cut -d" " -f1 /run/rigdeck/cam/pid)');
    await until(
      'the camera records again',
      async () => (await stateOf(rigdeck, 'cam')) === 2,
      60_000,
    );
    expect((await rigdeck('mark', 'hello')).code).toBe(0);
    await until('the hook has run', () => existsSync(join(folder, 'told')));
    writeFileSync(config, `${readFileSync(config, 'utf8')}  wind: { use: demo-sensor }\n`);
    expect(await run('systemctl', 'reload', 'rigdeck')).toMatchObject({ code: 0 });
    expect((await rigdeck('doctor')).stdout).toContain(`the daemon is ${version}`);
    expect((await rigdeck('sessions', 'verify')).stdout).toContain('is in order');
    expect(await shown(machine, 'MainPID')).toBe(pid);

    expect((await run('systemctl', 'restart', 'rigdeck')).code).toBe(0);
    await until('it records on', async () => (await rigdeck('is', 'recording')).code === 0, 60_000);
    expect((await rigdeck('service')).stdout).toContain('enabled, and runs');
    const after = await sensors(machine);
    expect(before.filter((one) => !after.includes(one))).toHaveLength(2); // the camera and its keeper
    await nothingIsLost({ ...machine, rigdeck }, five.slice(1));
  },
);

/** How often a module was begun, once it records. */
async function stateOf(rigdeck: Booted['rigdeck'], module: string): Promise<number | null> {
  const { modules } = JSON.parse((await rigdeck('status', '--json')).stdout);
  return modules[module].state === 'recording' ? modules[module].run : null;
}

function installOver(prefix: string, file: string): void {
  const words = ['install', '-g', '--prefix', prefix, '--omit=optional', '--offline', file];
  execFileSync('npm', [...words, '--no-audit', '--no-fund'], { stdio: 'ignore' });
  execFileSync('chmod', ['-R', 'a+rX', prefix]);
}

/** Packs what {@link packInto} has built as a later version, whose parts all have other names, as after any change. */
function packAnother(builds: string): string {
  const checkout = join(builds, 'checkout');
  const dist = join(checkout, 'dist');
  const names = readdirSync(dist).filter((name) => name.endsWith('.js'));
  const hashed = names.filter((name) => /-[A-Z0-9]{8}\.js$/.test(name));
  for (const name of names) {
    const text = hashed.reduce(
      (now, part) => now.replaceAll(`./${part}`, `./later-${part}`),
      readFileSync(join(dist, name), 'utf8').replaceAll(`"${version}"`, '"9.9.9"'),
    );
    rmSync(join(dist, name));
    writeFileSync(join(dist, hashed.includes(name) ? `later-${name}` : name), text, {
      mode: 0o755,
    });
  }
  const manifest = join(checkout, 'package.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"${version}"`, '"9.9.9"'));
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', builds], {
    cwd: checkout,
    stdio: 'ignore',
  });
  return join(builds, 'rigdeck-9.9.9.tgz');
}
