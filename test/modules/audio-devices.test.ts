import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { toldRate } from '../../modules/audio/commands.mjs';
import { deviceProblem } from '../../modules/audio/device-problem.mjs';
import { alsaNames, holderOf, isPlugged, parseCards } from '../../modules/audio/sound-cards.mjs';
import { until } from '../support/until.ts';
import { ModuleProcess } from './module-process.ts';
import { jumps, readWav, SoundCard, samplesOf } from './sound-card.ts';

const main = path.resolve(import.meta.dirname, '../../modules/audio/main.mjs');
const mono = { device: 'mic', channels: 1, format: 'S32_LE' };
let it: ModuleProcess | undefined;
let card: SoundCard | undefined;
const folders: string[] = [];
afterEach(async () => {
  await it?.remove();
  await card?.remove();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  [it, card] = [undefined, undefined];
});

function start(options: object, env: NodeJS.ProcessEnv = {}): ModuleProcess {
  it = new ModuleProcess([process.execPath, main], options, env);
  return it;
}

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'rigdeck-audio-'));
  folders.push(made);
  return made;
}

/** A machine that has these programs, the shell, and no other. */
function onlyPrograms(...names: string[]): NodeJS.ProcessEnv {
  const made = folder();
  const places = (process.env['PATH'] ?? '').split(':');
  for (const name of ['sh', ...names]) {
    const place = places.find((one) => existsSync(path.join(one, name)));
    symlinkSync(path.join(place ?? '', name), path.join(made, name));
  }
  return { PATH: made };
}

test('a card that is not there is named with those that are, and used when it comes', async () => {
  card = new SoundCard({ channels: 1, bytes: 4 });
  const module = start(mono, card.env);
  expect(await module.hears('error')).toMatchObject({
    code: 'no-device',
    message: 'there is no sound card "mic" to record from',
    remedy: expect.stringMatching(/^set options\.device to one that is here: .*\bmic\b/),
    recoverable: true,
  });
  expect(module.said.map((line) => line.is)).not.toContain('ready');
  await card.plugIn();
  await module.hears('ready');
  await module.records();
});

test('a device without a clock is no sound card', async () => {
  card = new SoundCard({ channels: 1, bytes: 4 });
  const module = start({ ...mono, device: 'nothing' }, card.env);
  const message = '"nothing" gives samples faster than time passes: it is no sound card';
  expect(await module.hears('error')).toMatchObject({ code: 'no-clock', message });
});

test('without any program that can record, the one to install is named', async () => {
  const module = start({ device: 'mic' }, onlyPrograms());
  expect(await module.hears('error')).toMatchObject({
    code: 'no-tool',
    message: 'neither arecord nor ffmpeg is installed',
    remedy: 'sudo apt install alsa-utils',
  });
});

test('where arecord is missing ffmpeg records, and loses nothing at a split', async () => {
  card = await SoundCard.pluggedIn({ channels: 1, bytes: 4, periodFrames: 16_384 });
  const module = start(mono, { ...card.env, ...onlyPrograms('ffmpeg') });
  await module.hears('ready');
  const first = await module.records();
  await until('samples', () => readWav(first).data.length > 200_000);
  const fields = { dir: module.dir, prefix: 'it_s002', segment: 2, atMonoNs: '0' };
  await module.hears('recording', { id: module.tell('split', fields) });
  await module.stops();
  const [before = [], after = []] = [1, 2].map((n) =>
    samplesOf(readWav(path.join(module.dir, `it_s00${n}.wav`))),
  );
  // ffmpeg reads a card without waiting, and this one has holes for who does that; not just where the files meet
  expect(jumps([...before.slice(-1), ...after.slice(0, 1)])).toEqual([]);
  const last = module.said.findLast((line) => line.is === 'progress');
  expect(last).toMatchObject({ samples: before.length + after.length });
  expect(before.length + after.length).toBeGreaterThan(48_000);
});

test('where flac is missing ffmpeg encodes; without both, the one to install is named', async () => {
  const tone = { source: 'test', file: 'flac' };
  const module = start(tone, onlyPrograms('ffmpeg'));
  await module.hears('ready');
  const file = await module.records();
  await until('samples', () => statSync(file).size > 100_000);
  await module.stops();
  expect(readFileSync(file).toString('latin1', 0, 4)).toBe('fLaC');
  const sound = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 's16le', '-'], {
    maxBuffer: 50_000_000,
  });
  const last = module.said.findLast((line) => line.is === 'progress');
  expect(sound.length / 4).toBe(last?.['samples']);
  await module.remove();

  expect(await start(tone, onlyPrograms()).hears('error')).toMatchObject({
    code: 'no-tool',
    remedy: 'sudo apt install flac',
  });
});

test.each([
  [{ format: 'S8' }, 'format S8: only S16_LE, S24_3LE, S32_LE can be recorded'],
  [{ rate: 0 }, 'rate 0: it must be a whole number from 1000 to 768000 Hz'],
  [{ channels: 1.5 }, 'channels 1.5: it must be a whole number from 1 to 32'],
  [{ source: 'pulse' }, 'source pulse: it must be one of auto, arecord, ffmpeg, test'],
  [{ file: 'mp3' }, 'file mp3: it must be one of wav, flac'],
  [{ file: 'flac', format: 'S32_LE' }, 'file flac holds at most 24 bits, not S32_LE'],
  [{ levelInterval: 0 }, 'levelInterval 0: it must be from 0.1 to 60 seconds'],
])('the configuration %j is refused in words', async (options, message) => {
  const module = start(options);
  expect(await module.exited).toEqual({ code: 78, signal: null });
  expect(module.said).toEqual([expect.objectContaining({ message, recoverable: false })]);
});

/** A Pi with a USB microphone, as /proc/asound shows it. */
const cards = ` 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones
                      bcm2835 Headphones
 1 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi
                      vc4-hdmi
 2 [Device         ]: USB-Audio - USB PnP Sound Device
                      C-Media Electronics Inc. USB PnP Sound Device at usb-3f980000.usb-1.2, full spe
 3 [sndrpihifiberry]: HifiberryDacpAd - snd_rpi_hifiberry_dacplusadc
                      snd_rpi_hifiberry_dacplusadc
`;
const pcms = `00-00: bcm2835 Headphones : bcm2835 Headphones : playback 8
01-00: MAI PCM i2s-hifi-0 : MAI PCM i2s-hifi-0 : playback 1
02-00: USB Audio : USB Audio : playback 1 : capture 1
03-00: HiFiBerry DAC+ADC HiFi multicodec-0 : HiFiBerry DAC+ADC : playback 1 : capture 1
`;

describe('a card of a Pi', () => {
  const known = parseCards(cards, pcms);

  test.each([
    ['Device', ['plughw:CARD=Device,DEV=0']],
    ['usb pnp', ['plughw:CARD=Device,DEV=0']],
    ['2', ['plughw:CARD=Device,DEV=0']],
    ['hifiberry', ['plughw:CARD=sndrpihifiberry,DEV=0']],
    ['default', ['default', 'plughw:CARD=Device,DEV=0']],
    ['hw:CARD=Device', ['hw:CARD=Device']],
    ['dsnoop_of_mine', ['dsnoop_of_mine']],
    ['Headphones', ['Headphones']], // it cannot record
  ])('is found as %s', (device, names) => {
    expect(alsaNames(device, known)).toEqual(names);
  });

  test('is noticed when it is pulled, without being opened', () => {
    const root = folder();
    for (const name of ['card2', 'Device']) mkdirSync(path.join(root, name));
    const plugged = ['plughw:CARD=Device,DEV=0', 'hw:2,0', 'hw:Device', 'default', 'my_dsnoop'];
    for (const name of plugged) expect(isPlugged(name, root)).toBe(true);
    for (const name of ['plughw:CARD=Other,DEV=0', 'hw:3', 'plughw:Other'])
      expect(isPlugged(name, root)).toBe(false);
  });

  test('is held by a program that /proc names', () => {
    const root = folder();
    mkdirSync(path.join(root, 'card2/pcm0c/sub0'), { recursive: true });
    const status = path.join(root, 'card2/pcm0c/sub0/status');
    writeFileSync(status, `state: RUNNING\nowner_pid   : ${process.pid}\ntrigger_time: 1.2\n`);
    const [, , device] = known;
    if (device === undefined) throw new Error('the card was not read');
    expect(holderOf(device, root)).toMatch(new RegExp(`^\\S.* \\(pid ${process.pid}\\)$`));
    writeFileSync(status, 'closed\n');
    expect(holderOf(device, root)).toBeNull();
  });
});

/** The words are those of alsa-utils 1.2.8 (aplay.c) and ffmpeg 5.1 (alsa.c). */
const scene = {
  device: 'Device',
  names: ['plughw:CARD=Device,DEV=0'],
  cards: parseCards(cards, pcms),
  configured: ['mic'],
};
const arecord = 'arecord: main:831: audio open error';
const ffmpeg = '[alsa @ 0x55d] cannot open audio device hw:2';
const busy = 'the sound card "Device" is in use by pulseaudio (pid 812)';
const missing = 'there is no sound card "Device" to record from';
const unlike = '"Device" cannot record like this';
const choices =
  'set options.device to one that is here: Device (USB PnP Sound Device), sndrpihifiberry (snd_rpi_hifiberry_dacplusadc), mic';

test.each(['1', 'hw:1', 'plughw:1,0', 'hw:CARD=1'])(
  'a card that is named by its number (%s) and is not there is better named by its name',
  (device) => {
    const lines = [`${arecord}: No such file or directory`];
    expect(deviceProblem({ ...scene, device, lines }, () => null).remedy).toBe(
      `cards get other numbers when they are plugged in: ${choices}`,
    );
  },
);

test.each([
  [`${arecord}: Device or resource busy`, 'busy', busy, /^end that/],
  [`${ffmpeg} (Device or resource busy)`, 'busy', busy, /^end that/],
  [`${arecord}: No such file or directory`, 'no-device', missing, choices],
  [`${arecord}: No such device`, 'no-device', missing, choices],
  [`${ffmpeg} (No such file or directory)`, 'no-device', missing, choices],
  [
    `${arecord}: Permission denied`,
    'forbidden',
    'the sound card "Device" may not be opened by this user',
    /usermod -aG audio/,
  ],
  [
    'arecord: set_params:1358: Channels count non available',
    'format',
    `${unlike}: Channels count non available`,
    /plughw:/,
  ],
  [
    'arecord: set_params:1352: Sample format non available',
    'format',
    `${unlike}: Sample format non available`,
    /plughw:/,
  ],
  [
    'arecord: pcm_read:2221: read error: Input/output error',
    'no-device',
    '"Device" cannot be opened: read error: Input/output error',
    choices,
  ],
])('%s: words and a remedy', (line, code, message, remedy) => {
  const holder = ({ id }: { id: string }, ...more: unknown[]) =>
    id === 'Device' && more.length === 0 ? 'pulseaudio (pid 812)' : null;
  const problem = deviceProblem({ ...scene, lines: ['', line] }, holder);
  expect(problem).toMatchObject({ code, message, recoverable: true });
  expect(problem.remedy).toMatch(remedy);
});

test('a machine whose cards can only play is told so', () => {
  const deaf = parseCards(cards.split(' 2 ', 1)[0] ?? '', pcms);
  const lines = [`${arecord}: No such file or directory`];
  const problem = deviceProblem({ ...scene, cards: deaf, configured: [], lines });
  expect(problem.remedy).toBe('plug a microphone in; Headphones, vc4hdmi can only play');
});

test('the formats that a card has are named when it has not the one that was asked for', () => {
  const lines = ['arecord: set_params:1352: Sample format non available', 'Available formats:'];
  const problem = deviceProblem({ ...scene, lines: [...lines, '- U8', '- S16_LE'] });
  expect(problem.message).toBe(`${unlike}: Sample format non available; it has U8, S16_LE`);
});

test('the true rate is read from what arecord and ffmpeg tell', () => {
  expect(toldRate('  exact rate   : 48000 (48000/1)')).toBe(48_000);
  expect(toldRate('  rate         : 48000')).toBeNull();
  expect(toldRate('  Stream #0:0: Audio: pcm_s16le, 44100 Hz, stereo, s16, 1411 kb/s')).toBe(
    44_100,
  );
  expect(toldRate('  Stream #0:0 -> #0:0 (copy)')).toBeNull();
});
