import { expect, test } from 'vitest';
import { calm } from '../../src/daemon/calm.ts';
import { ready } from '../core/support/core-rig.ts';

test('what is kept on the disk waits while a start is on its way to the modules, and never long', () => {
  const rig = ready({ modules: { mic: {} } });
  const waits = () => calm(rig.manager.state());
  expect(waits()).toBe(0);
  rig.ask({ kind: 'record.start' });
  expect(waits()).toBe(100);
  rig.prepared(12);
  expect(waits()).toBe(100);
  rig.saysArmed('mic');
  rig.pass(120);
  rig.saysRecording('mic');
  expect(waits()).toBe(0);
});
