import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkContainer } from '../../../../src/daemon/recordings/containers/check-container.ts';
import { lookAtFlac } from '../../../../src/daemon/recordings/containers/flac.ts';
import { lookAtMatroska } from '../../../../src/daemon/recordings/containers/matroska.ts';
import { lookAtMp4 } from '../../../../src/daemon/recordings/containers/mp4.ts';
import { lookAtMpegTs } from '../../../../src/daemon/recordings/containers/mpeg-ts.ts';
import { lookAtWav } from '../../../../src/daemon/recordings/containers/wav.ts';
import { createPrng } from '../../../support/prng.ts';
import { folder, packetsMs, record, recordKilled, sourceOf } from './media.ts';

const seconds = 20;
const cuts = 80;
const looks = {
  'sound.wav': lookAtWav,
  'wide.wav': lookAtWav,
  'sound.flac': lookAtFlac,
  'both.mkv': lookAtMatroska,
  'picture.webm': lookAtMatroska,
  'both.ts': lookAtMpegTs,
  'both.m2ts': lookAtMpegTs,
  'both.mp4': lookAtMp4,
} as const;

test.each(Object.entries(looks))(
  '%s that is cut anywhere is never taken for longer than it is',
  async (name, look) => {
    const bytes = await readFile(await record(await folder(), name, seconds));
    const roll = createPrng(20_261_122);
    const places = Array.from({ length: cuts }, () => roll.int(1, bytes.length - 1));
    let before = 0;
    for (const place of places.sort((a, b) => a - b)) {
      const { state, durationMs, note } = await look(sourceOf(bytes.subarray(0, place)));
      expect(['cut', 'torn', 'bad', 'empty', 'whole'], `at ${place}`).toContain(state);
      if (state !== 'whole') expect(note, `at ${place}`).not.toBeNull();
      if (durationMs === null) continue;
      expect(durationMs, `at ${place}`).toBeLessThan(seconds * 1_000 + 200);
      // What was cut further behind is not shorter; frames may be shown before others that were written first.
      expect(durationMs, `at ${place}`).toBeGreaterThan(before - 200);
      before = Math.max(before, durationMs);
    }
    if (name !== 'both.mp4') expect(before).toBeGreaterThan(seconds * 700);
  },
);

test.each(['both.mkv', 'both.ts'])(
  'of %s that is cut somewhere ffprobe finds as much',
  async (name) => {
    const into = await folder();
    const bytes = await readFile(await record(into, name, seconds));
    const path = join(into, `cut-${name}`);
    for (const share of [0.2, 0.47, 0.81]) {
      await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
      const look = await checkContainer(path, false);
      expect(look?.state).toMatch(/cut|whole/);
      expect(Math.abs((look?.durationMs ?? 0) - (await packetsMs(path)))).toBeLessThan(500);
    }
  },
);

test('of a fragmented MP4 that is cut somewhere, the fragments that are whole are counted', async () => {
  const into = await folder();
  const pieces = ['-movflags', 'frag_keyframe+empty_moov', '-g', '25'];
  const bytes = await readFile(await record(into, 'both.mp4', seconds, pieces));
  let before = 0;
  for (const share of [0.2, 0.47, 0.81, 1]) {
    const look = await lookAtMp4(sourceOf(bytes.subarray(0, Math.floor(bytes.length * share))));
    expect(look.state).toMatch(/cut|whole/);
    const playsMs = look.durationMs ?? 0;
    expect(playsMs).toBeGreaterThanOrEqual(before);
    expect(playsMs).toBeLessThanOrEqual(seconds * 1_000 + 150);
    before = playsMs;
  }
  expect(before).toBeGreaterThan(seconds * 1_000 - 150);
});

test('an MP4 without its moov cannot be played, wherever it was cut, and says so', async () => {
  const bytes = await readFile(await record(await folder(), 'both.mp4', 2));
  for (const place of [40, 1_000, Math.floor(bytes.length / 2), bytes.length - 40]) {
    const look = await lookAtMp4(sourceOf(bytes.subarray(0, place)));
    expect(look.state).toBe('bad');
    expect(look.note).toContain('cannot be played');
  }
});

test('what ffmpeg left behind when it was killed: MKV and TS play, WAV has a header that says nothing', async () => {
  const into = await folder();
  for (const name of ['both.mkv', 'both.ts', 'sound.wav']) {
    const path = await recordKilled(into, name, 60_000);
    const look = await checkContainer(path, false);
    expect(look?.state).toMatch(name === 'sound.wav' ? /torn/ : /cut|whole/);
    expect(look?.durationMs).toBeGreaterThan(500);
    expect(Math.abs((look?.durationMs ?? 0) - (await packetsMs(path)))).toBeLessThan(500);
  }
});

test('only the ends of a large file are read', async () => {
  const into = await folder();
  const noise = [
    '-c:v',
    'mpeg2video',
    '-b:v',
    '60M',
    '-minrate',
    '60M',
    '-maxrate',
    '60M',
    '-bufsize',
    '10M',
  ];
  for (const [name, look] of [
    ['both.ts', lookAtMpegTs],
    ['both.mkv', lookAtMatroska],
  ] as const) {
    const bytes = await readFile(
      await record(into, name, 8, [...noise, '-vf', 'noise=alls=100:allf=t,scale=960:720']),
    );
    const source = sourceOf(bytes);
    expect((await look(source)).state).toBe('whole');
    expect(bytes.length).toBeGreaterThan(20_000_000);
    expect(source.counted.bytes).toBeLessThan(6_000_000);
  }
});
