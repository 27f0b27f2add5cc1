import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { plainEnvironment, programFile } from '../../support/program.ts';
import { until } from '../../support/until.ts';

const boot = join(import.meta.dirname, '../../fixtures/boot-systemd.sh');
const namespaces = [
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--mount',
  '--cgroup',
  '--ipc',
  '--uts',
];
const targets = [
  'test',
  'sysinit',
  'basic',
  'shutdown',
  'multi-user',
  'local-fs',
  'time-set',
  'sound',
];
const modulesFolder = join(import.meta.dirname, '../../../modules');
/** A user of every Debian, where that one may read this Node and these modules. */
export const user: string = (() => {
  try {
    const words = ['-u', 'daemon', '--', process.execPath, '--check'];
    execFileSync('runuser', [...words, join(modulesFolder, 'demo-sensor/main.mjs')], {
      stdio: 'ignore',
    });
    return 'daemon';
  } catch {
    return 'root';
  }
})();
const modules = ['cam', 'mic', 'gps', 'imu', 'lidar'];

/** Needs root, namespaces, and systemd with a cgroup tree to itself, which a container may lack. */
export const isBootable: boolean = (() => {
  if (process.getuid?.() !== 0 || !existsSync('/lib/systemd/systemd')) return false;
  try {
    const look =
      'umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && mount -t tmpfs none /run && mkdir /run/a /run/b && mount -t overlay o -o lowerdir=/etc,upperdir=/run/a,workdir=/run/b /etc';
    execFileSync('unshare', [...namespaces, 'sh', '-c', look], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export type Booted = {
  run(program: string, ...words: string[]): Promise<{ code: number; stdout: string }>;
  rigdeck(...words: string[]): Promise<{ code: number; stdout: string }>;
  readonly recordings: string;
};

/** A machine of its own, with a rig.yaml of five modules and nothing installed. */
export async function bootUp(): Promise<Booted> {
  const folder = mkdtempSync(join(tmpdir(), 'rig-boot-'));
  chmodSync(folder, 0o755);
  const units = join(folder, 'units');
  mkdirSync(units);
  for (const target of targets) {
    writeFileSync(join(units, `${target}.target`), '[Unit]\nDefaultDependencies=no\n');
  }
  const rig = join(folder, 'rig');
  mkdirSync(rig);
  const lines = modules.map((name) => `  ${name}: { use: demo-sensor, options: { rate: 50 } }`);
  const config = join(rig, 'rig.yaml');
  writeFileSync(
    config,
    `version: 1\nrig: { name: booted, recordings: ./recordings, minFree: 1MB }\nmodules:\n${lines.join('\n')}\n`,
  );
  execFileSync('chown', ['-R', user, rig]);
  const program = await programFile();
  execFileSync('chmod', ['-R', 'a+rX', join(program, '../..')]);
  const init = spawn('unshare', [...namespaces, 'sh', boot, units], { stdio: 'ignore' });
  onTestFinished(async () => {
    init.kill('SIGKILL'); // takes everything in its namespace with it
    await until('it is gone', () => init.exitCode !== null || init.signalCode !== null);
    rmSync(folder, { recursive: true, force: true });
  });
  const pid = await until('there is a first process', () => childOf(init));
  const env = { ...plainEnvironment(), SUDO_USER: user, RIGDECK_MACHINE_ROOT: '/' };
  const run: Booted['run'] = (name, ...words) =>
    new Promise((resolve) => {
      const all = ['-t', pid, '-p', '-m', '-C', '-u', '-i', name, ...words];
      execFile('nsenter', all, { env, timeout: 60_000 }, (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout });
      });
    });
  await until(
    'systemd runs',
    async () => (await run('systemctl', 'is-system-running')).stdout.startsWith('running'),
    30_000,
  );
  const rigdeck: Booted['rigdeck'] = (...words) =>
    run(process.execPath, program, '--config', config, ...words);
  return { run, rigdeck, recordings: join(rig, 'recordings') };
}

function childOf({ pid }: ChildProcess): string | null {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || null : null;
}
