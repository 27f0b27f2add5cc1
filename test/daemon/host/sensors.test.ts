import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseThrottled, Sensors } from '../../../src/daemon/host/sensors.ts';
import { machineTree, pi4 } from './machine-tree.ts';

test('a Pi tells of its power, heat, memory and stalls', () => {
  const { root } = machineTree(pi4);
  expect(new Sensors(root).read()).toEqual({
    throttled: 0,
    voltageAlarm: false,
    temperatureC: 48.7,
    load1: 0.52,
    memoryAvailableBytes: 3_301_040 * 1_024,
    oomKills: 0,
    ioStallMs: { some: 21_837, full: 18_442 },
    memoryStallMs: { some: 4, full: 1 },
  });
});

test('a Pi 5 keeps its firmware elsewhere', () => {
  const path = 'sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled';
  const { root } = machineTree({ [path]: '50005\n' });
  expect(new Sensors(root).read().throttled).toBe(0x5_0005);
});

test('a machine that is no Pi says nothing of what it does not measure: unknown, never zero', () => {
  const { root } = machineTree({ 'proc/loadavg': '0.10 0.20 0.30 1/99 7\n' });
  const nobody = { throttled: null, voltageAlarm: null, temperatureC: null };
  const nothing = {
    memoryAvailableBytes: null,
    oomKills: null,
    ioStallMs: null,
    memoryStallMs: null,
  };
  expect(new Sensors(root).read()).toEqual({ ...nobody, ...nothing, load1: 0.1 });
});

test('of several places the hottest counts, and one that does not answer is left out', () => {
  const { root } = machineTree({
    'sys/class/thermal/thermal_zone0/temp': '41000\n',
    'sys/class/thermal/thermal_zone1/temp': '67250\n',
    'sys/class/thermal/thermal_zone2/temp': 'garbage\n',
  });
  expect(new Sensors(root).read().temperatureC).toBe(67.3);
});

test('this very machine can be read', () => {
  const look = new Sensors().read();
  expect(look.load1).not.toBeNull();
  expect(look.memoryAvailableBytes).toBeGreaterThan(0);
});

test('where no file tells of the power the firmware is asked by its program, once a minute at most', async () => {
  const { root } = machineTree({});
  const program = join(root, 'vcgencmd');
  writeFileSync(program, `#!/bin/sh\necho "$@" >> ${program}.asked\necho throttled=0x50000\n`);
  chmodSync(program, 0o755);
  const sensors = new Sensors(root, program);
  expect(sensors.read().throttled).toBeNull();
  for (let n = 0; n < 3; n++) await sensors.ask();
  expect(sensors.read().throttled).toBe(0x5_0000);
  expect(readFileSync(`${program}.asked`, 'utf8')).toBe('get_throttled\n');
});

test('the program is not asked where a file tells of the power', async () => {
  const { root } = machineTree(pi4);
  const sensors = new Sensors(root, join(root, 'must-not-be-asked'));
  await sensors.ask();
  expect(sensors.read().throttled).toBe(0);
});

test.each([
  ['0', 0],
  ['50005\n', 0x5_0005],
  ['throttled=0x50005\n', 0x5_0005],
  ['error=1 error_msg="Command not registered"', null],
  ['', null],
  [null, null],
])('%s is %s', (text, bits) => {
  expect(parseThrottled(text)).toBe(bits);
});
