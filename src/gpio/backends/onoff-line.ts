import { closeSync, readSync } from 'node:fs';
import type { Gpio } from 'onoff';

/** Whether the line is the one that was exported: a descriptor of one that was unexported stays dead, whoever exports it anew. */
export function isStillExported(gpio: Gpio): boolean {
  const fd = descriptorOf(gpio);
  try {
    readSync(fd, Buffer.alloc(1), 0, 1, 0);
    return true;
  } catch {
    return false; // ENODEV: whatever else it might be, a line that cannot be read is none to take away
  }
}

/** Closes it and leaves it exported. Onoff's own `unexport` does both in one, also where the line is another's by now. */
export function letGo(gpio: Gpio): void {
  gpio.unwatchAll();
  closeSync(descriptorOf(gpio));
}

/** The descriptor of its level, which onoff has no word for. */
function descriptorOf(gpio: Gpio): number {
  const fd: unknown = Reflect.get(gpio, '_valueFd');
  if (typeof fd !== 'number') throw new Error('onoff has no descriptor of its line');
  return fd;
}
