import { ClockSource } from '../../../src/daemon/host/clock-source.ts';
import { Sensors } from '../../../src/daemon/host/sensors.ts';
import { Storage } from '../../../src/daemon/host/storage.ts';
import { Recordings } from '../../../src/daemon/recordings/recordings.ts';

/** Notes markers as fast as the manifest takes them, until it is killed. Says `ready` when the session is open. */
const [folder = ''] = process.argv.slice(2);
const nobody = { chrony: 'nobody-keeps-time', systemd: 'nobody-keeps-time' };
const recordings = new Recordings(
  {
    folder,
    disk: new Storage({ folder, minFreeBytes: 0, requireMount: false }),
    rig: 'field-rig-03',
    facts: { host: async () => ({}), versions: {}, config: {} },
    report: () => void process.stdout.write('ready\n'),
    fault: (fault) => void process.stderr.write(`${fault.message}\n`),
    over: () => {},
    clock: new ClockSource(folder, nobody),
    machine: () => ({ ...new Sensors(folder).read(), freeBytes: null }),
    stepped: () => {},
    log: () => {},
  },
  { nextSession: 1, session: null },
);
recordings.openSession(1, 'rec');
for (let n = 0; ; n += 1) {
  const at = new Date().toISOString();
  const text = 'x'.repeat(n % 3_000);
  recordings.note({ is: 'marker', at, monoNs: String(n), text, actor: 'test', trial: null });
  await recordings.flush();
}
