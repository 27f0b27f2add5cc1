import { readFile, rename } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkContainer } from '../../../../src/daemon/recordings/containers/check-container.ts';
import { folder, packetsMs, probedMs, recipes, record } from './media.ts';

const seconds = 6;

test.each(Object.keys(recipes))(
  '%s that ffmpeg finished is whole, and as long as ffprobe says',
  async (name) => {
    const path = await record(await folder(), name, seconds);
    const look = await checkContainer(path, true);
    expect(look).toMatchObject({ state: 'whole', note: null });
    expect(Math.abs((look?.durationMs ?? 0) - (await probedMs(path)))).toBeLessThan(150);
  },
);

test('a stream that was never to be finished can be used, and as much of it as there is', async () => {
  const into = await folder();
  const live = await record(into, 'both.mkv', seconds, ['-live', '1']);
  expect(await checkContainer(live, true)).toMatchObject({ state: 'cut' });
  const ms = (await checkContainer(live, true))?.durationMs ?? 0;
  expect(Math.abs(ms - (await packetsMs(live)))).toBeLessThan(100);
  const pieces = ['-movflags', 'frag_keyframe+empty_moov', '-g', '25'];
  const fragmented = await record(into, 'both.mp4', seconds, pieces);
  const look = await checkContainer(fragmented, true);
  expect(look).toMatchObject({ state: 'whole' });
  expect(Math.abs((look?.durationMs ?? 0) - (await probedMs(fragmented)))).toBeLessThan(150);
  const mixed = await record(into, 'both.mp4', seconds, ['-movflags', 'frag_keyframe', '-g', '25']);
  const mixedMs = (await checkContainer(mixed, true))?.durationMs ?? 0;
  expect(Math.abs(mixedMs - (await probedMs(mixed)))).toBeLessThan(150);
});

test('a header and nothing else is empty, and another format under a wrong name is bad', async () => {
  const into = await folder();
  for (const name of ['sound.wav', 'sound.flac', 'both.mkv']) {
    const path = await record(into, name, 0);
    // ffmpeg writes at least a header; where it did not, the size says it.
    const { length } = await readFile(path);
    if (length > 0) expect(await checkContainer(path, true)).toMatchObject({ state: 'empty' });
  }
  const sound = await record(into, 'sound.wav', 1);
  for (const wrong of ['x.mkv', 'x.ts', 'x.flac', 'x.mp4']) {
    await rename(sound, `${into}/${wrong}`);
    expect(await checkContainer(`${into}/${wrong}`, true)).toMatchObject({ state: 'bad' });
    await rename(`${into}/${wrong}`, sound);
  }
  expect(await checkContainer(`${sound}.unknown`, true)).toBeNull();
});
