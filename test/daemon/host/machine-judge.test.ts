import { expect, test } from 'vitest';
import { Complaints } from '../../../src/daemon/host/complaints.ts';
import { MachineJudge } from '../../../src/daemon/host/machine-judge.ts';
import { Sensors } from '../../../src/daemon/host/sensors.ts';
import { machineTree, pi4 } from './machine-tree.ts';

/** A Pi whose files change, and the problems that come of it. */
function judged() {
  const { root, put } = machineTree(pi4);
  const shown = new Map<string, string>();
  const complaints = new Complaints({
    raise: ({ code, message }) => void shown.set(code, message),
    over: (code) => void shown.delete(code),
    isShown: (code) => shown.has(code),
  });
  const sensors = new Sensors(root);
  const judge = new MachineJudge(complaints, sensors.read());
  const look = (times = 2) => {
    for (let n = 0; n < times; n++) judge.see(sensors.read());
    return [...shown.keys()];
  };
  return { look, put, shown };
}

const firmware = 'sys/devices/platform/soc/soc:firmware/get_throttled';
const alarm = 'sys/class/hwmon/hwmon1/in0_lcrit_alarm';
const temperature = 'sys/class/thermal/thermal_zone0/temp';

test('a calm machine has no problems', () => {
  expect(judged().look(5)).toEqual([]);
});

test.each([
  [firmware, '50005\n', '50000\n'],
  [alarm, '1\n', '0\n'],
])(
  'under-voltage in %s is raised at the second look and clears at the second good one',
  (path, bad, good) => {
    const { look, put, shown } = judged();
    look();
    put(path, bad);
    expect(look(1)).toEqual([]);
    expect(look(1)).toEqual(['under-voltage']);
    expect(shown.get('under-voltage')).toMatch(/power supply is too weak/);
    put(path, good);
    expect(look(1)).toEqual(['under-voltage']);
    expect(look(1)).toEqual([]);
  },
);

test('heat is a problem at 80 degrees, and no more below 75', () => {
  const { look, put } = judged();
  put(temperature, '80100\n');
  expect(look()).toEqual(['too-hot']);
  put(temperature, '77000\n');
  expect(look(4)).toEqual(['too-hot']);
  put(temperature, '74900\n');
  expect(look()).toEqual([]);
});

test('the soft limit of the firmware is heat, too', () => {
  const { look, put } = judged();
  put(firmware, '80008\n');
  expect(look()).toEqual(['too-hot']);
});

test('a program that the kernel ended for want of memory is told at once, and old ones are not', () => {
  const { look, put, shown } = judged();
  expect(look(1)).toEqual([]);
  put('proc/vmstat', 'oom_kill 2\n');
  expect(look(1)).toEqual(['oom']);
  expect(shown.get('oom')).toBe('Memory ran out, and the kernel ended 2 programs.');
});
