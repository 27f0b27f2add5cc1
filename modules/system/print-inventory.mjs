/** Prints the inventory of this machine as JSON and ends. Fails where systeminformation is not installed. */
import { cpu, diskLayout, osInfo, system, usb } from 'systeminformation';

const [machine, processor, operatingSystem, disks, usbDevices] = await Promise.all([
  system(),
  cpu(),
  osInfo(),
  diskLayout(),
  usb(),
]);
const inventory = { version: 1, machine, processor, operatingSystem, disks, usbDevices };
process.stdout.write(`${JSON.stringify(inventory, null, 2)}\n`);
