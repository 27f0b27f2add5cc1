import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundledCommand } from './bundled-command.ts';
import { ModuleProcess } from './module-process.ts';
import { framesIn, rowsIn } from './video.ts';

const folderOfCamera = path.resolve(import.meta.dirname, '../../modules/camera');
let folder = '';
let device = '';
let it: ModuleProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rigdeck-cameras-'));
  device = path.join(folder, 'video9');
  mkdirSync(path.join(folder, 'bin'));
  writeFileSync(device, '');
});

afterEach(async () => {
  await it?.remove();
  it = undefined;
  rmSync(folder, { recursive: true });
});

/** From now on a program of this name is the stand-in. */
function standIn(name: string): void {
  const stands = path.join(folder, 'bin', name);
  copyFileSync(path.resolve(import.meta.dirname, 'fake-camera.py'), stands);
}

const record = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
const words = () => readFileSync(path.join(folder, 'words'), 'utf8').split('\n');

function start(options: object, places = `${path.join(folder, 'bin')}:${process.env['PATH']}`) {
  const small = { width: 320, height: 240, rate: 25, gop: 0.2, bitrate: 500_000 };
  it = new ModuleProcess(
    bundledCommand('camera'),
    { ...small, ...options },
    { PATH: places, FAKE_FOLDER: folder, FAKE_REAL_PATH: process.env['PATH'] ?? '' },
  );
  return it;
}

/** What ffmpeg 5.1 says of a webcam. */
const webcam = `
[video4linux2,v4l2 @ 0x5581a] Compressed:       mjpeg :          Motion-JPEG : 1280x720 640x480 320x240
[video4linux2,v4l2 @ 0x5581a] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x480 320x240
[video4linux2,v4l2 @ 0x5581a] Compressed: Unsupported :                 H265 : 320x240
/dev/video9: Immediate exit requested
`;

async function recordSome(module: ModuleProcess): Promise<string> {
  const file = await module.records();
  await module.growsTo(file.replace('.ts', '.csv'), 12);
  await module.stops();
  return file;
}

describe('a webcam', () => {
  beforeEach(() => {
    standIn('ffmpeg');
    record('formats', webcam);
  });

  test('is read by ffmpeg, and its frames carry the time that the kernel gave them', async () => {
    const module = start({ source: 'v4l2', device, bitrate: 600_000, args: ['-tune', 'grain'] });
    await module.hears('ready');
    expect(existsSync(path.join(folder, 'words'))).toBe(false); // nothing was held to be ready
    const beganNs = process.hrtime.bigint();
    const file = await recordSome(module);
    const read = `-copyts -f v4l2 -input_format mjpeg -framerate 25 -video_size 320x240 -i ${device}`;
    const timed = '-fps_mode passthrough -enc_time_base 1:90000 -pix_fmt yuv420p';
    const coded = '-c:v libx264 -preset ultrafast -tune zerolatency -sc_threshold 0';
    const limits = '-b:v 600000 -g 5 -bf 0 -maxrate 600000 -bufsize 600000 -tune grain';
    const stream = '-f mpegts -mpegts_copyts 1 -muxdelay 0 -muxpreload 0 -flush_packets 1 pipe:1';
    expect(words().join(' ')).toBe(
      `-hide_banner -nostdin -loglevel warning ${read} -an -sn -map 0:v:0 ${timed} ${coded} ${limits} ${stream}`,
    );

    const rows = rowsIn(file.replace('.ts', '.csv'));
    expect(framesIn(file).length).toBe(rows.length);
    const wrapS = 2 ** 33 / 90_000;
    for (const { monoNs, ptsS } of rows) {
      const stampS = (Number(monoNs) / 1e9) % wrapS;
      expect(Math.abs(stampS - (ptsS % wrapS))).toBeLessThan(0.0001);
      expect(Number(monoNs - beganNs) / 1e9).toBeGreaterThan(-1);
      expect(monoNs < process.hrtime.bigint()).toBe(true);
    }
  });

  test.each([
    [{ inputFormat: 'yuyv422' }, '-input_format yuyv422', '-c:v libx264'],
    [{ width: 640, height: 480 }, '-video_size 640x480', '-input_format mjpeg'],
    [{ encoder: 'h264_v4l2m2m' }, '-c:v h264_v4l2m2m -b:v 500000', '-bsf:v dump_extra'],
    [{ inputArgs: ['-timestamps', 'mono2abs'] }, '-timestamps mono2abs -copyts', '-f v4l2'],
  ])('is asked for %j', async (options, first, second) => {
    record('failure', 'that is all\n'); // what matters is what it was asked for
    const module = start({ source: 'v4l2', device, ...options });
    await module.hears('ready');
    await module.hears('error', { id: module.arm() });
    expect(words().join(' ')).toContain(first);
    expect(words().join(' ')).toContain(second);
  });
});

describe('a webcam that is not as others', () => {
  beforeEach(() => {
    standIn('ffmpeg');
    record('formats', webcam);
  });

  test('that encodes by itself is copied as it is', async () => {
    record('formats', webcam.replace('Unsupported :                 H265', '       h264 :  H.264'));
    record('failure', 'that is all\n');
    const module = start({ source: 'v4l2', device, encoder: 'copy' });
    await module.hears('ready');
    await module.hears('error', { id: module.arm() });
    expect(words().join(' ')).toContain('-input_format h264');
    expect(words().join(' ')).toContain('-c:v copy -bsf:v dump_extra=freq=keyframe -f mpegts');
  });

  test('whose driver gives another size and rate is shown as it is', async () => {
    record(
      'news',
      `[video4linux2,v4l2 @ 0x55] The driver changed the time per frame from 1/25 to 1/15
[video4linux2,v4l2 @ 0x55] The V4L2 driver changed the video from 320x240 to 352x288
`,
    );
    const module = start({ source: 'v4l2', device });
    await module.hears('ready');
    await recordSome(module);
    const last = module.said.findLast((line) => line.is === 'progress');
    expect(last).toMatchObject({ detail: expect.stringContaining('352x288@15') });
  });

  test('in use by another program is not ours: that program is named', async () => {
    record(
      'failure',
      `[video4linux2,v4l2 @ 0x55] ioctl(VIDIOC_STREAMON): Device or resource busy
${device}: Device or resource busy
`,
    );
    const held = openSync(device, 'r');
    const module = start({ source: 'v4l2', device });
    await module.hears('ready');
    const error = await module.hears('error', { id: module.arm(), code: 'busy' });
    expect(error).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^${device} is in use by .*\\(pid ${process.pid}\\)`),
      ),
      remedy: expect.stringContaining('`device`'),
      recoverable: true,
    });
    closeSync(held);
    rmSync(path.join(folder, 'failure'));
    await recordSome(module); // it lives, and records when the other is gone
  });
});

describe('a webcam that cannot be had', () => {
  beforeEach(() => standIn('ffmpeg'));

  test.each([
    ['Permission denied', 'forbidden', 'may not be opened by this user', 'usermod -aG video'],
    ['Inappropriate ioctl for device', 'no-device', 'does not answer as a camera', 'plug it in'],
    ['No such device', 'no-device', 'does not answer as a camera', 'plug it in'],
  ])('(%s) is said, with what to do', async (said, code, message, remedy) => {
    record('formats', `[video4linux2,v4l2 @ 0x55] Cannot open video device ${device}: ${said}\n`);
    const module = start({ source: 'v4l2', device });
    const error = await module.hears('error', { code });
    expect(error['message']).toContain(message);
    expect(error['message']).toContain(device);
    expect(error['remedy']).toContain(remedy);
    expect(module.said.some(({ is }) => is === 'ready')).toBe(false);
    module.tell('quit');
    expect(await module.exited).toEqual({ code: 0, signal: null });
  });

  test('is ready as soon as it is plugged in', async () => {
    const module = start({ source: 'v4l2', device: path.join(folder, 'video3') });
    const error = await module.hears('error', { code: 'no-device' });
    expect(error['message']).toMatch(
      /there is no camera .*video3; (there are: |none is plugged in)/,
    );
    record('formats', webcam);
    writeFileSync(path.join(folder, 'video3'), '');
    await module.hears('ready');
  });

  test.each([
    [
      { width: 1920, height: 1080 },
      'size',
      'has no picture of 1920x1080; it has 1280x720, 640x480',
    ],
    [{ inputFormat: 'nv12' }, 'format', 'does not give nv12; it gives mjpeg, yuyv422'],
    [{ encoder: 'copy' }, 'format', 'does not give h264'],
  ])('as %j is said, with what it has', async (options, code, message) => {
    record('formats', webcam);
    const module = start({ source: 'v4l2', device, ...options });
    expect((await module.hears('error', { code }))['message']).toContain(message);
  });
});

/** What rpicam-vid says of two cameras. */
const ribbon = `Available cameras
-----------------
0 : imx708 [4608x2592 10-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx708@1a)
    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]
                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]

1 : imx219 [3280x2464 10-bit RGGB] (/base/soc/i2c0mux/i2c@0/imx219@10)
    Modes: 'SRGGB10_CSI2P' : 640x480 [206.65 fps - (1000, 752)/1280x960 crop]
`;

describe('a camera on the ribbon', () => {
  beforeEach(() => standIn('rpicam-vid'));

  test('is read by rpicam-vid, whose frames carry the time of the sensor', async () => {
    record('cameras', ribbon);
    const module = start({ device: 'IMX219', args: ['--hflip'] });
    await module.hears('ready');
    const beganNs = process.hrtime.bigint();
    const file = await recordSome(module);
    const size = '--width 320 --height 240 --framerate 25 --bitrate 500000 --intra 5';
    const stream = '--codec libav --libav-format mpegts --libav-video-codec-opts bf=0';
    expect(words().join(' ')).toBe(
      `--camera 1 --nopreview --timeout 0 ${size} ${stream} --hflip --output -`,
    );
    const rows = rowsIn(file.replace('.ts', '.csv'));
    const frames = framesIn(file);
    expect(frames.map(({ ptsS }) => ptsS.toFixed(4))).toEqual(
      rows.map(({ ptsS }) => ptsS.toFixed(4)),
    );
    const instants = rows.map(({ monoNs }) => monoNs);
    expect(instants).toEqual([...instants].sort((a, b) => (a < b ? -1 : 1)));
    expect((instants[0] ?? 0n) > beganNs - 1_000_000_000n).toBe(true);
    expect((instants.at(-1) ?? 0n) < process.hrtime.bigint()).toBe(true);
  });

  test('encodes as it is told', async () => {
    record('cameras', ribbon);
    record('failure', 'that is all\n');
    const module = start({ source: 'rpicam', device: '0', encoder: 'libx264', gop: 2 });
    await module.hears('ready');
    await module.hears('error', { id: module.arm(), code: 'camera-ended' });
    expect(words().join(' ')).toContain('--camera 0');
    expect(words().join(' ')).toContain('--intra 50');
    expect(words().join(' ')).toContain('--libav-video-codec libx264');
  });

  test('that does not answer, or is another one, is said', async () => {
    record('cameras', 'No cameras available!\n');
    const module = start({ source: 'rpicam' });
    const none = await module.hears('error', { code: 'no-device' });
    expect(none['message']).toBe('no camera answers on the ribbon: No cameras available!');
    expect(none['remedy']).toContain('ribbon cable');
    await module.remove();

    record('cameras', ribbon);
    const other = await start({ source: 'rpicam', device: 'ov5647' }).hears('error');
    expect(other['message']).toContain('there are 0: imx708, 1: imx219');
  });

  test.each([
    ['ERROR: *** failed to acquire camera /base/soc/i2c0mux/i2c@1/imx708@1a ***', 'busy'],
    ['ERROR: *** Unrecognised codec libav ***', 'encoder'],
    ['ERROR: *** selected camera is not available ***', 'no-device'],
  ])('that says "%s" is told in words', async (said, code) => {
    record('cameras', ribbon);
    record('failure', `[1:13:20] [953] ERROR V4L2 v4l2_device.cpp:390\n${said}\n`);
    const module = start({ source: 'rpicam' });
    await module.hears('ready');
    const error = await module.hears('error', { id: module.arm(), code });
    expect(error['message']).toMatch(/^imx708 \(camera 0\) /);
    expect(error['message']).toContain(said);
    expect(error['remedy']).toMatch(/\w/);
  });
});

test.each([
  ['v4l2', 'ffmpeg is not installed', 'sudo apt install ffmpeg'],
  ['test', 'ffmpeg is not installed', 'sudo apt install ffmpeg'],
  ['rpicam', 'rpicam-vid is not installed', 'sudo apt install rpicam-apps'],
])('what the source %s needs and is not installed is named', async (source, message, remedy) => {
  symlinkSync('/bin/sh', path.join(folder, 'bin/sh'));
  const module = start({ source, device }, path.join(folder, 'bin'));
  const error = await module.hears('error', { code: 'no-tool', message });
  expect(error['remedy']).toContain(remedy);
});

test('without any camera it says what it looked for', async () => {
  symlinkSync('/bin/sh', path.join(folder, 'bin/sh'));
  const { listCameras } = await import(path.join(folderOfCamera, 'v4l2-devices.mjs'));
  if (listCameras().length > 0) return; // a machine with a webcam of its own
  const error = await start({}, path.join(folder, 'bin')).hears('error', { code: 'no-device' });
  expect(error['message']).toContain('no webcam is plugged in, and rpicam-vid');
});

type Camera = { readonly device: string; readonly name: string };

test('cameras are known by their names, and what is no camera is none', async () => {
  const { listCameras, chooseCamera } = await import(path.join(folderOfCamera, 'v4l2-devices.mjs'));
  const known = (entry: string, name: string, index: string) => {
    mkdirSync(path.join(folder, 'v4l', entry), { recursive: true });
    writeFileSync(path.join(folder, 'v4l', entry, 'name'), `${name}\n`);
    writeFileSync(path.join(folder, 'v4l', entry, 'index'), `${index}\n`);
  };
  known('video10', 'bcm2835-codec-decode', '0');
  known('video2', 'HD Pro Webcam C920', '0');
  known('video3', 'HD Pro Webcam C920', '1');
  known('video0', 'USB Microscope', '0');
  const cameras: Camera[] = listCameras(path.join(folder, 'v4l'));
  expect(cameras).toEqual([
    { device: '/dev/video0', name: 'USB Microscope' },
    { device: '/dev/video2', name: 'HD Pro Webcam C920' },
  ]);
  const here = cameras.map(({ name }) => ({ device, name }));
  expect(chooseCamera('microscope', here)).toEqual({ device, name: `USB Microscope (${device})` });
  expect(chooseCamera('', here).name).toBe(`USB Microscope (${device})`);
  expect(chooseCamera(device, []).name).toBe(device);
  const there = `there are: USB Microscope (${device}), HD Pro Webcam C920 (${device})`;
  expect(() => chooseCamera('c930', here)).toThrow(`there is no camera c930; ${there}`);
  expect(() => chooseCamera('99', [])).toThrow('/dev/video99; none is plugged in');
});
