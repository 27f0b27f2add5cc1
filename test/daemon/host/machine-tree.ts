import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** What /proc and /sys of a Raspberry Pi 4 hold, as far as the rig reads it. */
export const pi4: Readonly<Record<string, string>> = {
  'sys/devices/platform/soc/soc:firmware/get_throttled': '0\n',
  'sys/class/hwmon/hwmon0/name': 'cpu_thermal\n',
  'sys/class/hwmon/hwmon1/name': 'rpi_volt\n',
  'sys/class/hwmon/hwmon1/in0_lcrit_alarm': '0\n',
  'sys/class/thermal/thermal_zone0/type': 'cpu-thermal\n',
  'sys/class/thermal/thermal_zone0/temp': '48686\n',
  'proc/loadavg': '0.52 0.58 0.59 1/214 12345\n',
  'proc/meminfo':
    'MemTotal:        3884364 kB\nMemFree:         2411080 kB\nMemAvailable:    3301040 kB\n',
  'proc/vmstat': 'nr_free_pages 602770\noom_kill 0\npswpin 0\n',
  'proc/pressure/io':
    'some avg10=0.00 avg60=0.11 avg300=0.06 total=21837401\nfull avg10=0.00 avg60=0.09 avg300=0.05 total=18442100\n',
  'proc/pressure/memory':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=4000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1000\n',
};

/** Puts such files below a folder that is gone after the test, and gives it with a way to change them. */
export function machineTree(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'rig-machine-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(path, text);
  return { root, put };
}
