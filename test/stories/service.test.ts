import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { story } from './support/story.ts';

/** The end of the line that systemd holds: every datagram becomes a line of a file. */
const receiver = `
import socket, sys
line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
line.bind(sys.argv[1])
with open(sys.argv[2], 'ab', 0) as told:
    while True: told.write(line.recv(4096) + b'\\n')
`;

story(
  'systemd hears when the rig serves, that it keeps its promise, and that it ends',
  async ({ makeRig, expect }) => {
    const folder = mkdtempSync(join(tmpdir(), 'rig-notify-'));
    const socket = join(folder, 'notify.sock');
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '3000000' };
    const rig = await makeRig({ modules: { host: { use: 'demo-sensor' } }, env });
    const told = join(rig.folder, 'told');
    const child = spawn('python3', ['-c', receiver, socket, told], { stdio: 'ignore' });
    try {
      await until('somebody listens', () => existsSync(socket) && existsSync(told));
      const heard = () => readFileSync(told, 'utf8').split('\n').filter(Boolean);
      const daemon = await rig.start();
      await until('it is told of', () => heard().includes('READY=1'));
      const meals = () => heard().filter((line) => line === 'WATCHDOG=1').length;
      await until('the watchdog is fed twice', () => meals() >= 2, 30_000);
      daemon.signal('SIGTERM');
      expect(await daemon.ended).toMatchObject({ code: 0 });
      await until('its end is told of', () => heard().includes('STOPPING=1'));
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  },
);
