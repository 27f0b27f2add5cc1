import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { layOut } from '../daemon/pi-trees.ts';
import { runProgram } from '../support/program.ts';

const isRoot = process.getuid?.() === 0;
let root: string;
let put: (path: string, text: string) => void;
const run = (...words: string[]) =>
  runProgram(['--config', join(root, 'rig.yaml'), ...words], {
    env: { RIGDECK_MACHINE_ROOT: root, SUDO_USER: 'pi' },
  });
const calls = () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');
const unit = () => join(root, 'etc/systemd/system/rigdeck.service');

beforeEach(() => {
  const laid = layOut({
    files: {
      'rig.yaml': 'version: 1\nrig: { name: field }\nmodules: { host: { use: system } }\n',
      'etc/group': 'gpio:x:986:\naudio:x:29:\n',
      'etc/passwd': 'root:x:0:0::/root:/bin/sh\npi:x:1000:1000::/home/pi:/bin/bash\n',
      'run/systemd/system/x': '',
    },
    programs: {
      'systemd-sysusers': 'echo sysusers >>"$(dirname "$0")/../../calls"',
      systemctl: `here="$(dirname "$0")/../.."
[ "$1" = show ] && { cat "$here/state"; exit 0; }
echo "systemctl $*" >>"$here/calls"`,
    },
  });
  root = laid.root;
  put = laid.put;
  put('state', 'ActiveState=inactive\nUnitFileState=\nResult=success\n');
});

test.runIf(isRoot)(
  'the unit is written, its group made, and it is started now and at boot',
  async () => {
    const { code, stdout } = await run('service', 'install');
    expect(code).toBe(0);
    expect(stdout).toContain('field runs as pi, now and at every boot');
    const text = readFileSync(unit(), 'utf8');
    for (const line of [
      'User=pi',
      'SupplementaryGroups=rigdeck gpio audio',
      'KillMode=process',
      'WatchdogSec=60',
    ])
      expect(text).toContain(`\n${line}\n`);
    expect(text).toMatch(
      new RegExp(`^ExecStart="\\S+" \\S+rigdeck\\.js --config ${root}/rig.yaml daemon$`, 'm'),
    );
    expect(readFileSync(join(root, 'etc/sysusers.d/rigdeck.conf'), 'utf8')).toContain(
      '\nm pi rigdeck\n',
    );
    expect(calls()).toEqual([
      'sysusers',
      'systemctl daemon-reload',
      'systemctl enable rigdeck.service',
      'systemctl restart --no-block rigdeck.service',
    ]);
    expect((await run('service', 'install')).code).toBe(0);
  },
);

test.runIf(isRoot)('a unit of somebody else is neither replaced nor removed', async () => {
  put('etc/systemd/system/rigdeck.service', '[Service]\nExecStart=/bin/true\n');
  const install = await run('service', 'install');
  expect(install).toMatchObject({ code: 1 });
  expect(install.stderr).toContain('was not written by rigdeck');
  expect((await run('service', 'uninstall')).code).toBe(1);
  expect(readFileSync(unit(), 'utf8')).toBe('[Service]\nExecStart=/bin/true\n');
});

test.runIf(isRoot)(
  'uninstalling leaves recordings and configuration, and waits for nobody to stop the rig',
  async () => {
    await run('service', 'install');
    put('state', 'ActiveState=active\nUnitFileState=enabled\nResult=success\n');
    const early = await run('service', 'uninstall');
    expect(early.code).toBe(5);
    expect(early.stderr).toContain('rigdeck down');
    expect(existsSync(unit())).toBe(true);
    put('state', 'ActiveState=inactive\nUnitFileState=enabled\nResult=success\n');
    expect((await run('service', 'uninstall')).code).toBe(0);
    expect(existsSync(unit())).toBe(false);
    expect(existsSync(join(root, 'rig.yaml'))).toBe(true);
  },
);

test.runIf(isRoot)(
  'what is wrong with the service is told in words, each with its line',
  async () => {
    expect((await run('service')).stdout).toBe(
      'there is no service\n  -> sudo rigdeck service install\n',
    );
    await run('service', 'install');
    put('state', 'ActiveState=failed\nUnitFileState=disabled\nResult=watchdog\n');
    const { code, stdout } = await run('service', 'status');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'it is disabled: not started at boot\n  -> sudo systemctl enable rigdeck',
    );
    expect(stdout).toContain(
      'it hung, and the watchdog of systemd ended it\n  -> journalctl -u rigdeck -n 30',
    );
    put('state', 'ActiveState=active\nUnitFileState=enabled\nResult=success\n');
    const good = await run('--json', 'service', 'status');
    expect(JSON.parse(good.stdout)).toMatchObject({ version: 1, ok: true, wrong: [] });
    writeFileSync(
      unit(),
      readFileSync(unit(), 'utf8').replace(/\S+rigdeck\.js/g, '/old/rigdeck.js'),
    );
    expect((await run('service')).stdout).toContain('runs another rigdeck');
  },
);

test('the unit is printed by --dry-run, which changes nothing; a user who is not there is refused', async () => {
  const { code, stdout } = await run('service', 'install', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain('[Service]\nType=notify\n');
  expect(existsSync(unit())).toBe(false);
  expect((await run('service', 'install', '--user', 'nobody-here')).code).toBe(2);
});

const kiosk = () => join(root, 'etc/systemd/system/rigdeck-kiosk.service');

test.runIf(isRoot)(
  'a kiosk on the first console is written beside the rig, and known',
  async () => {
    put('sys/module/kernel/parameters/consoleblank', '600\n');
    const { code, stdout } = await run('service', 'install', '--kiosk');
    expect(code).toBe(0);
    expect(stdout).toContain('tty1 shows the rig, now and at every boot');
    expect(stdout).toContain('tmux -L rigdeck-kiosk attach -r');
    expect(stdout).toContain('makes that console dark after 600 s: rigdeck doctor says how not');
    expect(readFileSync(kiosk(), 'utf8')).toMatch(
      /^ExecStart=\/bin\/sh \S+dist\/kiosk\.sh \S+ \S+rigdeck\.js --run-dir \/run\/rigdeck$/m,
    );
    expect(calls().slice(-3)).toEqual([
      'systemctl daemon-reload',
      'systemctl enable rigdeck-kiosk.service',
      'systemctl restart --no-block rigdeck-kiosk.service',
    ]);
    put('state', 'ActiveState=active\nUnitFileState=enabled\nResult=success\n');
    expect((await run('service')).stdout).toContain('rigdeck-kiosk.service: enabled, and runs');
    put('state', 'ActiveState=failed\nUnitFileState=enabled\nResult=signal\n');
    expect((await run('service')).stdout).toContain(
      'kiosk: it was killed\n  -> journalctl -u rigdeck-kiosk -n 30',
    );
  },
);

test.runIf(isRoot)('installed once more, the kiosk is written anew with the rig', async () => {
  await run('service', 'install', '--kiosk');
  writeFileSync(kiosk(), readFileSync(kiosk(), 'utf8').replaceAll('rigdeck.js', 'old.js'));
  expect((await run('service', 'install')).code).toBe(0);
  expect(readFileSync(kiosk(), 'utf8')).toContain('rigdeck.js');
});

test.runIf(isRoot)('the kiosk is taken away alone, or with the rig', async () => {
  await run('service', 'install', '--kiosk');
  put('state', 'ActiveState=active\nUnitFileState=enabled\nResult=success\n');
  const alone = await run('service', 'uninstall', '--kiosk');
  expect(alone).toMatchObject({ code: 0 });
  expect(alone.stdout).toContain('the rig goes on as it is');
  expect([existsSync(kiosk()), existsSync(unit())]).toEqual([false, true]);
  expect(calls().at(-1)).toBe('systemctl start --no-block getty@tty1.service');
  put('state', 'ActiveState=inactive\nUnitFileState=enabled\nResult=success\n');
  await run('service', 'install', '--kiosk');
  expect((await run('service', 'uninstall')).code).toBe(0);
  expect([existsSync(kiosk()), existsSync(unit())]).toEqual([false, false]);
});

test.runIf(isRoot)('a unit of a kiosk that somebody else has written stays as it is', async () => {
  put('etc/systemd/system/rigdeck-kiosk.service', '[Service]\nExecStart=/bin/true\n');
  const { code, stderr } = await run('service', 'install', '--kiosk');
  expect(code).toBe(1);
  expect(stderr).toContain('rigdeck-kiosk.service was not written by rigdeck');
  expect(readFileSync(kiosk(), 'utf8')).toContain('/bin/true');
});

test.runIf(isRoot)(
  'where systemd does not run nothing is written, and it is said how the rig is started',
  async () => {
    rmSync(join(root, 'run/systemd'), { recursive: true });
    const { code, stderr } = await run('service', 'install');
    expect(code).toBe(5);
    expect(stderr).toContain(
      'systemd does not run this machine: a unit would start nothing. Start the rig: rigdeck',
    );
    expect(existsSync(unit())).toBe(false);
    expect(existsSync(join(root, 'etc/sysusers.d/rigdeck.conf'))).toBe(false);
  },
);
