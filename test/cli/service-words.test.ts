import { expect, test } from 'vitest';
import { type Around, faultsOf } from '../../src/cli/service-words.ts';
import type { ServiceState } from '../../src/daemon/service/system-service.ts';

const program = '/usr/lib/node_modules/rigdeck/dist/rigdeck.js';
const facts = { node: '/usr/bin/node', program, config: '/home/pi/rig.yaml', user: 'pi' };
const good: ServiceState = {
  path: '/etc/systemd/system/rigdeck.service',
  text: `ExecStart=/usr/bin/node ${program}`,
  isOurs: true,
  facts,
  isCurrent: true,
  hasSystemd: true,
  enabled: 'enabled',
  active: 'active',
  result: 'success',
  load: 'loaded',
  sub: 'running',
  exitCode: 0,
  restarts: 0,
  needsReload: false,
  activeMonoMs: 1_000,
};
const around: Around = {
  unit: 'rigdeck',
  install: 'sudo rigdeck service install',
  program,
  version: '0.1.0',
  daemonVersion: '0.1.0',
  monoMs: 1_000_000,
  exists: () => true,
};
const failed = { active: 'failed', sub: 'failed', result: 'exit-code' };
const again = { active: 'activating', sub: 'auto-restart', result: 'exit-code', restarts: 4 };

test('a service that is there, enabled and runs has no fault, also one that was started again long ago', () => {
  expect(faultsOf(good, around)).toEqual([]);
  expect(faultsOf({ ...good, restarts: 3 }, around)).toEqual([]);
});

test.each<[string, Partial<ServiceState>, Partial<Around>, string, string]>([
  [
    'masked',
    { load: 'masked', text: '', isOurs: false },
    {},
    'it is masked: nothing can start it',
    'sudo systemctl unmask rigdeck, then sudo rigdeck service install',
  ],
  ['not there', { text: null }, {}, 'there is no service', 'sudo rigdeck service install'],
  [
    'disabled',
    { enabled: 'disabled' },
    {},
    'it is disabled: not started at boot',
    'sudo systemctl enable rigdeck',
  ],
  [
    'of a program that is gone',
    {},
    { exists: (path) => path !== program },
    `what the unit starts is not there any more: ${program}`,
    'sudo rigdeck service install',
  ],
  [
    'of another program',
    {},
    { program: '/opt/rigdeck.js' },
    'the unit runs another rigdeck than this one',
    'sudo rigdeck service install',
  ],
  [
    'of an older version',
    { isCurrent: false },
    {},
    'the unit is not as this version of rigdeck writes it',
    'sudo rigdeck service install',
  ],
  [
    'changed on the disk',
    { needsReload: true },
    {},
    'systemd goes by an earlier unit than the one on the disk',
    'sudo systemctl daemon-reload && sudo systemctl restart rigdeck',
  ],
  [
    'updated, but not started again',
    {},
    { daemonVersion: '0.0.9' },
    'the daemon is 0.0.9, this program 0.1.0',
    'sudo systemctl restart rigdeck (recordings go on)',
  ],
  [
    'stopped',
    { active: 'inactive', sub: 'dead' },
    {},
    'it is stopped',
    'sudo systemctl start rigdeck',
  ],
  [
    'without a good rig.yaml',
    { ...failed, exitCode: 2 },
    {},
    'its rig.yaml has faults, or is not there',
    'rigdeck config check, then sudo systemctl start rigdeck',
  ],
  [
    'stopped, but not in order',
    { ...failed, exitCode: 7 },
    {},
    'it was stopped, and not all went in order (rigdeck status)',
    'sudo systemctl start rigdeck',
  ],
  [
    'of a user who is gone',
    { ...again, exitCode: 217 },
    {},
    'there is no such user as the unit names; started again 4 times by now',
    'sudo rigdeck service install --user NAME',
  ],
  [
    'without its Node',
    { ...again, restarts: 1, exitCode: 203 },
    {},
    'the Node of the unit cannot be run; started again once by now',
    'sudo rigdeck service install',
  ],
  [
    'ending again and again',
    { ...again, exitCode: 1 },
    {},
    'it ended with exit code 1; started again 4 times by now',
    'journalctl -u rigdeck -n 30',
  ],
  [
    'starting once more',
    { ...again, sub: 'start', result: 'success', restarts: 1 },
    {},
    'it ends soon after its start; started again once by now',
    'journalctl -u rigdeck -n 30',
  ],
  [
    'up again just now',
    { restarts: 4, activeMonoMs: 999_000 },
    {},
    'it has ended, and was started again 4 times, just now',
    'journalctl -u rigdeck -n 30',
  ],
  [
    'ended by the watchdog',
    { ...again, restarts: 1, result: 'watchdog', exitCode: 6 },
    {},
    'it hung, and the watchdog of systemd ended it; started again once by now',
    'journalctl -u rigdeck -n 30',
  ],
  [
    'starting for the first time',
    { active: 'activating', sub: 'start' },
    {},
    'it is just starting',
    'rigdeck wait ready',
  ],
])(
  'a service that is %s is told so, with the line that mends it',
  (_, state, other, words, fix) => {
    expect(faultsOf({ ...good, ...state }, { ...around, ...other })).toEqual([{ words, fix }]);
  },
);
