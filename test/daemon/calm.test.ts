import { expect, test } from 'vitest';
import { calm, untilSeen } from '../../src/daemon/calm.ts';
import { ready } from '../core/support/core-rig.ts';

test('what is kept on the disk and what screens are told wait while a start is on its way to the modules, and never long', () => {
  const rig = ready({ modules: { mic: {} } });
  const waits = () => [calm, untilSeen].map((wait) => wait(rig.manager.state()));
  expect(waits()).toEqual([0, 0]);
  rig.ask({ kind: 'record.start' });
  expect(waits()).toEqual([100, 25]);
  rig.prepared(12);
  expect(waits()).toEqual([100, 25]);
  rig.saysArmed('mic');
  rig.pass(120);
  rig.saysRecording('mic');
  expect(waits()).toEqual([0, 0]);
});
