/** What the firmware of a Pi says of its power and its heat. */
import { list, number, text } from './kernel-files.mjs';

const getThrottled = '/sys/devices/platform/soc/soc:firmware/get_throttled';

/**
 * Bit 0: under-voltage; 1 to 3: slowed down, because of that or because it is hot; 16 to 19: the same since boot (Raspberry Pi
 * documentation, `vcgencmd get_throttled`). Kernels that do not have the file tell bit 0 as an alarm of the sensor `rpi_volt`.
 *
 * @param {string} root
 */
export function power(root) {
  const sensor = list(`${root}/sys/class/hwmon`)
    .map((name) => `${root}/sys/class/hwmon/${name}`)
    .find((folder) => text(`${folder}/name`)?.trim() === 'rpi_volt');
  return () => {
    const throttled = text(`${root}${getThrottled}`)?.trim() ?? null;
    const bits = throttled === null ? null : Number.parseInt(throttled, 16);
    const alarm = sensor === undefined ? null : number(text(`${sensor}/in0_lcrit_alarm`));
    return {
      throttled,
      underVoltage: bits === null ? alarm : bits & 1,
      slowedDown: bits === null ? null : Number((bits & 0b1110) !== 0),
    };
  };
}
