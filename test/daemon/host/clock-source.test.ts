import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  ClockSource,
  parseShown,
  parseTimesync,
  parseTracking,
} from '../../../src/daemon/host/clock-source.ts';

/** What the programs print, each on a machine of its own. */
const followed =
  'C0A80101,192.168.1.1,3,1795355412.318273112,0.000137220,-0.000021984,0.000214210,11.482,0.003,0.061,0.001402000,0.000412000,64.4,Normal\n';
const lost =
  '7F7F0101,,10,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised\n';
const timesync = `       Server: 185.125.190.57 (ntp.example.org)
Poll interval: 34min 8s (min: 32s; max 34min 8s)
         Leap: normal
      Version: 4
      Stratum: 2
    Reference: C944586B
    Precision: 1us (-25)
Root distance: 23.101ms (max: 5s)
       Offset: -3.214ms
        Delay: 24.531ms
       Jitter: 1.142ms
 Packet count: 9
    Frequency: -8.341ppm
`;

function workspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rig-clock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A program that says what was recorded of the true one, and leaves a mark each time it is asked. */
function saying(folder: string, name: string, words: string): string {
  const path = join(folder, name);
  writeFileSync(`${path}.txt`, words);
  writeFileSync(path, `#!/bin/sh\necho "$@" >> ${path}.asked\ncat ${path}.txt\n`);
  chmodSync(path, 0o755);
  return path;
}

test('chrony says whether, with whom and how well', () => {
  expect(parseTracking(followed)).toEqual({
    synchronized: true,
    offsetMs: 0.137,
    source: 'chrony: 192.168.1.1',
  });
  expect(parseTracking(lost)).toEqual({ synchronized: false, offsetMs: null, source: null });
  expect(parseTracking('506 Cannot talk to daemon\n')).toBeNull();
});

test('timedatectl says what adjtimex says, and timesyncd how well', () => {
  expect(parseShown('NTPSynchronized=yes\n')).toBe(true);
  expect(parseShown('NTPSynchronized=no\n')).toBe(false);
  expect(parseShown('')).toBeNull();
  expect(parseTimesync(timesync)).toEqual({
    source: 'timesyncd: ntp.example.org',
    offsetMs: 3.214,
  });
  expect(parseTimesync('Server: n/a\n')).toEqual({ source: null, offsetMs: null });
  expect(parseTimesync('Offset: +1min 2.5s')).toMatchObject({ offsetMs: -62_500 });
});

test('where nobody keeps the clock, nothing is known of it', async () => {
  const absent = { chrony: 'nobody-keeps-time', systemd: 'nobody-keeps-time' };
  const clock = new ClockSource(workspace(), absent);
  await clock.ask('session');
  expect(clock.facts()).toEqual({ synchronized: null, offsetMs: null, source: null });
});

test('timesyncd leaves word in a file, at once and without a program', () => {
  const root = workspace();
  const clock = new ClockSource(root);
  expect(clock.facts().synchronized).toBeNull();
  mkdirSync(join(root, 'run/systemd/timesync'), { recursive: true });
  expect(clock.facts().synchronized).toBe(false);
  writeFileSync(join(root, 'run/systemd/timesync/synchronized'), '');
  expect(clock.facts().synchronized).toBe(true);
});

test('programs are asked rarely, however often somebody wants to know', async () => {
  const folder = workspace();
  const chrony = saying(folder, 'chronyc', followed);
  const clock = new ClockSource(folder, { chrony, systemd: 'nobody-keeps-time' });
  for (const why of ['session', 'health', 'session', 'health'] as const) await clock.ask(why);
  expect(readFileSync(`${chrony}.asked`, 'utf8')).toBe('-c tracking\n');
  expect(clock.facts()).toMatchObject({ synchronized: true, source: 'chrony: 192.168.1.1' });
});

test('with timesyncd its offset and server are known, too', async () => {
  const folder = workspace();
  mkdirSync(join(folder, 'run/systemd/timesync'), { recursive: true });
  const systemd = saying(folder, 'timedatectl', `NTPSynchronized=yes\n${timesync}`);
  const clock = new ClockSource(folder, { chrony: 'nobody-keeps-time', systemd });
  await clock.ask('session');
  expect(clock.facts()).toEqual({
    synchronized: true,
    offsetMs: 3.214,
    source: 'timesyncd: ntp.example.org',
  });
});
