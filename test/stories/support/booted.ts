import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { plainEnvironment, programFile } from '../../support/program.ts';
import { until } from '../../support/until.ts';
import { namespaces, Power } from './power.ts';

const boot = join(import.meta.dirname, '../../fixtures/boot-systemd.sh');
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
  /** The folder of rig.yaml and of the recordings, owned by `user`. */
  readonly folder: string;
  readonly recordings: string;
  /** Ends all that runs at once, as a pulled plug does, and boots again: the disk is as it was, /run is empty. */
  cutPower(): Promise<void>;
};

/** A machine of its own, with a rig.yaml of five modules and nothing installed. */
export async function bootUp(): Promise<Booted> {
  const whole = mkdtempSync(join(tmpdir(), 'rig-boot-'));
  chmodSync(whole, 0o755);
  const units = join(whole, 'units');
  mkdirSync(units);
  for (const target of targets) {
    // What is installed by then is started by the boot.
    const wants = target === 'test' ? 'Wants=rigdeck.service\n' : '';
    writeFileSync(join(units, `${target}.target`), `[Unit]\nDefaultDependencies=no\n${wants}`);
  }
  const folder = join(whole, 'rig');
  mkdirSync(folder);
  const lines = modules.map((name) => `  ${name}: { use: demo-sensor, options: { rate: 50 } }`);
  const config = join(folder, 'rig.yaml');
  writeFileSync(
    config,
    `version: 1\nrig: { name: booted, recordings: ./recordings, minFree: 1MB }\nmodules:\n${lines.join('\n')}\n`,
  );
  execFileSync('chown', ['-R', user, folder]);
  const program = await programFile();
  execFileSync('chmod', ['-R', 'a+rX', join(program, '../..')]);
  // Of its own, since an overlay cannot have its changes on every kind of disk.
  const disk = join(whole, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=0755', 'none', disk]);
  const power = new Power('sh', boot, units, disk);
  onTestFinished(async () => {
    await power.cut();
    execFileSync('umount', [disk]);
    rmSync(whole, { recursive: true, force: true });
  });
  await power.on();
  const env = { ...plainEnvironment(), SUDO_USER: user, RIGDECK_MACHINE_ROOT: '/' };
  const run: Booted['run'] = (name, ...words) => power.run([name, ...words], { env, cwd: folder });
  await hasBooted(run);
  const rigdeck: Booted['rigdeck'] = (...words) =>
    run(process.execPath, program, '--config', config, ...words);
  const cutPower = async () => {
    await power.cut();
    await power.on();
    await hasBooted(run);
  };
  return { run, rigdeck, folder, recordings: join(folder, 'recordings'), cutPower };
}

async function hasBooted(run: Booted['run']): Promise<void> {
  const look = () => run('systemctl', 'is-system-running');
  await until('systemd runs', async () => (await look()).stdout.startsWith('running'), 30_000);
}
