import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../src/daemon/config/load-config.ts';
import { firstConfig } from '../../../src/daemon/first-config/first-config.ts';
import { findPluggedIn } from '../../../src/daemon/first-config/plugged-in.ts';
import { MachineFiles } from '../../../src/daemon/host/machine-files.ts';
import { layOut, pi4Webcam, pi5Full, zero2Bare } from '../pi-trees.ts';

async function written(root: string) {
  const found = await findPluggedIn(new MachineFiles(root));
  const text = firstConfig(found, null);
  return { found, text, loaded: await load(text) };
}

/** Fails where the text has a fault. */
async function load(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rig-first-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rig.yaml');
  writeFileSync(file, text);
  const result = await loadConfig(file);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.loaded;
}

test('a Pi 5 with cameras, microphone, GPS and stick gets a rig with all of them', async () => {
  const { found, loaded } = await written(layOut(pi5Full).root);
  expect(found).toMatchObject({ header: 'pinctrl-rp1', missing: [] });
  const { rig, modules, gpio } = loaded.config;
  expect(rig).toMatchObject({
    name: 'field-rig-03',
    recordings: '/media/pi/DATA ONE/recordings',
    requireMount: true,
  });
  expect(Object.keys(modules)).toEqual(['host', 'mic', 'cam', 'cam-2', 'gps']);
  expect(modules['mic']?.options).toEqual({ device: 'Device', rate: 44_100, channels: 1 });
  expect(modules['cam-2']?.options).toMatchObject({ source: 'rpicam', device: '1' });
  expect(modules['gps']?.required).toBe(false);
  expect(gpio?.buttons[0]).toMatchObject({
    line: 'GPIO17',
    click: 'record.start',
    hold: { after: 2_000, do: 'record.stop' },
  });
  expect(gpio?.leds[0]).toMatchObject({ line: 'GPIO22', shows: 'rig' });
});

test('a Pi 4 with a webcam encodes by its chip, and hears of what is missing', async () => {
  const { found, text, loaded } = await written(layOut(pi4Webcam).root);
  const { rig, modules } = loaded.config;
  expect(Object.keys(modules)).toEqual(['host', 'mic', 'cam']);
  expect(modules['mic']?.options).toEqual({ device: 'C920', rate: 48_000, channels: 2 });
  expect(modules['cam']?.options).toMatchObject({
    source: 'v4l2',
    device: '/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920-video-index0',
    encoder: 'h264_v4l2m2m',
  });
  expect(found.missing).toEqual(['ffmpeg', 'gpsd']);
  expect(text).toContain(
    '# gps:                                # /dev/serial0 is there, gpsd is not',
  );
  expect(rig).toMatchObject({ name: 'raspberrypi', recordings: '~/recordings' });
  expect(found.disks).toMatchObject([{ source: '/dev/sda1', point: null }]);
});

test('a bare Zero 2 W records the figures of the machine; the rest stands there as comments', async () => {
  const { text, loaded } = await written(layOut(zero2Bare).root);
  expect(loaded.config.rig.name).toBe('zero-2');
  expect(Object.keys(loaded.config.modules)).toEqual(['host']);
  expect(loaded.config.gpio?.buttons).toHaveLength(1);
  for (const part of ['mic:', 'cam:', 'gps:', 'mine:']) expect(text).toContain(`\n  # ${part}`);
});

test('without a header the wiring is a comment', async () => {
  const { text, loaded } = await written('/nowhere');
  expect(loaded.config.gpio).toBeUndefined();
  expect(text).toContain('\n# gpio: ');
  expect(loaded.config.rig.name).toBe('rig');
});

test('everything that is a comment is in order, too, once it is none', async () => {
  const { text } = await written('/nowhere');
  const uncommented = text.replace(/^( *)# (?=( *)(- |[a-z]\w*:))/gim, '$1');
  const { config } = await load(uncommented);
  expect(Object.keys(config.modules)).toEqual(['host', 'mic', 'cam', 'gps', 'mine']);
  expect(config.gpio?.leds).toHaveLength(1);
  expect(config.hooks).toHaveLength(1);
  expect(config.rig).toMatchObject({ requireMount: true, segment: 600_000 });
});

test('a disk that may not be written to is not chosen', async () => {
  const mountinfo = `${pi5Full.files['proc/self/mountinfo']}`.replace(
    '- ext4 /dev/sda1 rw',
    '- ext4 /dev/sda1 ro',
  );
  const files = { ...pi5Full.files, 'proc/self/mountinfo': mountinfo };
  const { loaded } = await written(layOut({ ...pi5Full, files }).root);
  expect(loaded.config.rig).toMatchObject({ recordings: '~/recordings', requireMount: false });
});

test('a device that has a command for terminals as its name does no harm', async () => {
  const { root, put } = layOut(pi4Webcam);
  put('sys/class/video4linux/video0/name', 'Cam\u001b[2J\u2028"x\n');
  put('proc/asound/cards', ' 1 [A: b, "c]   ]: USB-Audio - x: [\u001b]0;y\n');
  const { text, loaded } = await written(root);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\u2028]/u);
  expect(loaded.config.modules['cam']).toBeDefined();
});

test('a program for cameras that fails means no camera on the ribbon', async () => {
  const programs = { ...pi5Full.programs, 'rpicam-hello': 'exit 1' };
  const { found } = await written(layOut({ ...pi5Full, programs }).root);
  expect(found.cameras).toEqual([]);
});
