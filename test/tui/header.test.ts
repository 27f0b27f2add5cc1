import { expect, test } from 'vitest';
import type { ClientRecord, HostRecord } from '../../src/protocol/snapshot.ts';
import { sayClients } from '../../src/tui/clients.ts';
import { infoLine } from '../../src/tui/header.ts';
import { sampleHost } from '../support/sample-rig.ts';
import { ago, aSituation, aSnapshot, aView, recordingRig } from './support/rig-view.ts';

function clients(...actors: readonly string[]): ClientRecord[] {
  return actors.map((actor, id) => ({ id, name: 'tui', actor, role: 'control', since: ago(9) }));
}

/** The second line at a size, of a machine and with people as they are said. */
function info(
  columns: number,
  rows: number,
  { host = sampleHost, actors = [] }: { host?: HostRecord; actors?: readonly string[] } = {},
): string {
  const snapshot = { ...aSnapshot({ rig: recordingRig, clients: clients(...actors) }), host };
  const line = infoLine(aSituation(aView(snapshot), { columns, rows }));
  return line.map(({ text }) => text).join('');
}

test('who is here is said by name, one name once, as many as there is room for', () => {
  const all = clients('kim@pts/2 via ssh', 'kiosk', 'kiosk', 'lea@pts/4');
  expect(sayClients(all, 66)).toBe('here: kim@pts/2 via ssh · kiosk (2) · lea@pts/4');
  expect(sayClients(all, 44)).toBe('here: kim@pts/2 via ssh · kiosk (2) · 1 more');
  expect(sayClients(all, 42)).toBe('here: kim@pts/2 via ssh · 3 more');
  expect(sayClients(all, 20)).toBe('4 here');
  expect(sayClients(clients('kim@pts/2'), 60)).toBe('');
});

test('kiosks and those that may only look are marked as such where there is room for all', () => {
  const one = { id: 1, name: 'tui', role: 'control', since: ago(9) } as const;
  const all: readonly ClientRecord[] = [
    { ...one, actor: 'kim@pts/2' },
    { ...one, actor: 'root@pts/4', name: 'kiosk' },
    { ...one, actor: 'lea@pts/5', role: 'view' },
    { ...one, actor: 'ann@pts/6', name: 'rigdeck watch' },
  ];
  const marked =
    'here: kim@pts/2 · root@pts/4 (kiosk) · lea@pts/5 (only looks) · ann@pts/6 (watch)';
  expect(sayClients(all, 100)).toBe(marked);
  expect(sayClients(all, 60)).toBe('here: kim@pts/2 · root@pts/4 · lea@pts/5 · ann@pts/6');
});

test('a flat screen has the names beside the machine, a small one their number, a large one over the keys', () => {
  const actors = ['kim@pts/2 via ssh', 'kiosk'];
  expect(info(120, 12, { actors })).toMatch(/power ok +here: kim@pts\/2 via ssh · kiosk$/);
  expect(info(40, 12, { actors })).toMatch(/61 °C +2 here$/);
  expect(info(120, 24, { actors })).not.toContain('kim');
});

test('what is not known of the machine is left out, and is no zero', () => {
  const storage = { ...sampleHost.storage, secondsToFull: null };
  const power = { ...sampleHost.power, ok: null, words: 'unknown' };
  const host = { ...sampleHost, storage, power, temperatureC: null };
  expect(info(120, 24, { host })).toBe(' session 0042 pilot-b · 83 GB free · clock ±3 ms');
});

test('where the line is short what is well gives way, and what is not stays', () => {
  const power = { ...sampleHost.power, ok: false, words: 'under-voltage: a stronger supply' };
  const host = { ...sampleHost, power };
  expect(info(76, 24, { host })).toBe(
    ' session 0042… · 83 GB ≈ 6 h 12 m · 61 °C · under-voltage: a stronger supply',
  );
});
