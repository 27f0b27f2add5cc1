import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineTree, pi4 } from './host/machine-tree.ts';

/** What /proc, /sys, /dev, /etc and /usr/bin of a machine hold, as far as the rig looks at it. */
type Tree = {
  readonly files: Readonly<Record<string, string>>;
  /** Where links lead. */
  readonly links?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  /** Programs of sh, by name. */
  readonly programs?: Readonly<Record<string, string>>;
};

/** Lays out such a machine until the test is over. */
export function layOut({ files, links = {}, folders = [], programs = {} }: Tree) {
  const { root, put } = machineTree(files);
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  for (const [path, to] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(to, join(root, path));
  }
  for (const [name, script] of Object.entries(programs)) {
    put(`usr/bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, 'usr/bin', name), 0o755);
  }
  return { root, put };
}

const cardOfSystem =
  '25 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n' +
  '40 25 179:1 / /boot/firmware rw,relatime shared:2 - vfat /dev/mmcblk0p1 rw,fmask=0022\n';
const blocksOfSystem = {
  'sys/class/block/mmcblk0/size': '62333952\n',
  'sys/class/block/mmcblk0p1/size': '1048576\n',
  'sys/class/block/mmcblk0p2/size': '61276160\n',
};
const headphones = ' 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n';
const usbCard =
  ' 1 [Device         ]: USB-Audio - USB PnP Sound Device\n' +
  '                      C-Media Electronics Inc. USB PnP Sound Device at usb-xhci-hcd.0-1, full speed\n';
const usbStream = `C-Media Electronics Inc. USB PnP Sound Device at usb-xhci-hcd.0-1, full speed : USB Audio

Playback:
  Status: Stop
  Interface 1
    Altset 1
    Format: S16_LE
    Channels: 2
    Rates: 48000, 44100

Capture:
  Status: Stop
  Interface 2
    Altset 1
    Format: S16_LE
    Channels: 1
    Rates: 44100
`;
const allPrograms = {
  arecord: 'exit 0',
  ffmpeg: 'exit 0',
  'rpicam-vid': 'exit 0',
};

/** A Pi 5 with two cameras on ribbons, a USB microphone, a u-blox receiver with gpsd, and a stick that is mounted. */
export const pi5Full: Tree = {
  files: {
    ...blocksOfSystem,
    'proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
    'proc/sys/kernel/hostname': 'field-rig-03\n',
    'proc/asound/cards': usbCard,
    'proc/asound/pcm': '01-00: USB Audio : USB Audio : playback 1 : capture 1\n',
    'proc/asound/card1/stream0': usbStream,
    'proc/self/mountinfo': `${cardOfSystem}55 25 8:1 / /media/pi/DATA\\040ONE rw,nosuid shared:3 - ext4 /dev/sda1 rw\n`,
    'sys/class/block/sda/size': '125045424\n',
    'sys/class/block/sda1/size': '125043375\n',
    'sys/class/gpio/gpiochip512/label': 'gpio-brcmstb@107d508500\n',
    'sys/class/gpio/gpiochip512/base': '512\n',
    'sys/class/gpio/gpiochip512/ngpio': '32\n',
    'sys/class/gpio/gpiochip571/label': 'pinctrl-rp1\n',
    'sys/class/gpio/gpiochip571/base': '571\n',
    'sys/class/gpio/gpiochip571/ngpio': '54\n',
    'sys/class/video4linux/video0/name': 'rp1-cfe-csi2_ch0\n',
    'sys/class/video4linux/video0/index': '0\n',
    'sys/class/video4linux/video20/name': 'pispbe-input\n',
    'sys/class/video4linux/video20/index': '0\n',
    'dev/serial/by-id/usb-u-blox_AG_-_www.u-blox.com_u-blox_7_-_GPS_GNSS_Receiver-if00': '',
    'run/gpsd.sock': '',
    'etc/default/gpsd': 'DEVICES=""\nGPSD_OPTIONS="-n"\nUSBAUTO="true"\n',
  },
  folders: ['media/pi/DATA ONE'],
  programs: {
    ...allPrograms,
    gpsd: 'exit 0',
    'rpicam-hello': `cat <<'END'
Available cameras
-----------------
0 : imx708 [4608x2592 10-bit RGGB] (/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a)
    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]

1 : imx708 [4608x2592 10-bit RGGB] (/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a)
END`,
  },
};

/** A Pi 4 with a webcam and its microphone, a GPS on the serial pins without gpsd, and a stick that is not mounted. */
export const pi4Webcam: Tree = {
  files: {
    ...pi4,
    ...blocksOfSystem,
    'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
    'proc/sys/kernel/hostname': 'raspberrypi\n',
    'proc/asound/cards': `${headphones} 1 [C920           ]: USB-Audio - HD Pro Webcam C920\n                      HD Pro Webcam C920 at usb-0000:01:00.0-1.3, high speed\n`,
    'proc/asound/pcm':
      '00-00: bcm2835 Headphones : bcm2835 Headphones : playback 8\n01-00: USB Audio : USB Audio : capture 1\n',
    'proc/self/mountinfo': cardOfSystem,
    'sys/class/block/sda/size': '60062500\n',
    'sys/class/block/sda1/size': '60060452\n',
    'sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2711\n',
    'sys/class/gpio/gpiochip512/base': '512\n',
    'sys/class/gpio/gpiochip512/ngpio': '58\n',
    'sys/class/gpio/gpiochip570/label': 'raspberrypi-exp-gpio\n',
    'sys/class/gpio/gpiochip570/base': '570\n',
    'sys/class/gpio/gpiochip570/ngpio': '8\n',
    'sys/class/video4linux/video0/name': 'HD Pro Webcam C920\n',
    'sys/class/video4linux/video0/index': '0\n',
    'sys/class/video4linux/video1/name': 'HD Pro Webcam C920\n',
    'sys/class/video4linux/video1/index': '1\n',
    'sys/class/video4linux/video11/name': 'bcm2835-codec-encode\n',
    'sys/class/video4linux/video11/index': '0\n',
    'etc/default/gpsd': 'DEVICES="/dev/serial0"\n',
  },
  links: { 'dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920-video-index0': '../../video0' },
  programs: { arecord: 'exit 0' },
};

/** A Pi Zero 2 W as it is unpacked: a card with the system, and nothing plugged in. */
export const zero2Bare: Tree = {
  files: {
    ...blocksOfSystem,
    'proc/device-tree/model': 'Raspberry Pi Zero 2 W Rev 1.0\0',
    'proc/sys/kernel/hostname': 'Zero_2\n',
    'proc/asound/cards': '--- no soundcards ---\n',
    'proc/self/mountinfo': cardOfSystem,
    'sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2835\n',
    'sys/class/gpio/gpiochip512/base': '512\n',
    'sys/class/gpio/gpiochip512/ngpio': '54\n',
  },
};
