import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { open, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkContainer } from '../../../../src/daemon/recordings/containers/check-container.ts';
import { lookAtWav } from '../../../../src/daemon/recordings/containers/wav.ts';
import { mendFile } from '../../../../src/daemon/recordings/mend-file.ts';
import { createPrng } from '../../../support/prng.ts';
import { folder, probedMs, record, recordKilled, sourceOf } from './media.ts';

/** Mends a file, and gives what it is then. */
async function mend(path: string) {
  const look = await checkContainer(path, false);
  if (look?.mend === undefined) throw new Error(`${path} is ${look?.state}`);
  const kept = await mendFile(path, look.mend);
  return { kept, after: await checkContainer(path, false) };
}

/** Frames and the sound itself, as Python's own reader has them. */
function readByPython(path: string): { frames: number; sound: Buffer } {
  const program = [
    'import sys, wave',
    'with wave.open(sys.argv[1]) as w:',
    '    sys.stdout.buffer.write(w.readframes(w.getnframes()))',
    '    print(w.getnframes(), file=sys.stderr)',
  ].join('\n');
  const sound = execFileSync('python3', ['-c', program, path], {
    maxBuffer: 64_000_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { frames: sound.length / 2, sound };
}

test('a WAV file that is cut anywhere has all of its sound again after it was mended', async () => {
  const into = await folder();
  const bytes = await readFile(await record(into, 'sound.wav', 3));
  const dataAt = bytes.indexOf('data') + 8;
  const roll = createPrng(42);
  for (let n = 0; n < 6; n += 1) {
    const place = roll.int(dataAt + 2, bytes.length - 1);
    const path = join(into, `cut-${n}.wav`);
    await writeFile(path, bytes.subarray(0, place));
    const { after, kept } = await mend(path);
    expect(after, `cut at ${place}`).toMatchObject({ state: 'whole' });
    const end = place - ((place - dataAt) % 2);
    expect(kept).toBe(end === place ? null : `cut-${n}.wav.torn`);
    expect(readByPython(path).sound).toEqual(bytes.subarray(dataAt, end));
  }
});

test('a WAV file of a program that was killed plays as long as it recorded, RF64 too', async () => {
  const into = await folder();
  for (const name of ['sound.wav', 'wide.wav']) {
    const path = await recordKilled(into, name, 100_000);
    const { size } = await stat(path);
    expect((await mend(path)).after).toMatchObject({ state: 'whole' });
    const wantedMs = (size / 88_200) * 1_000;
    expect(Math.abs((await probedMs(path)) - wantedMs)).toBeLessThan(5);
  }
});

test('a WAV file that Python had not closed is mended, whatever its header said', async () => {
  const path = join(await folder(), 'python.wav');
  const program = [
    'import os, sys, wave',
    'w = wave.open(sys.argv[1], "wb")',
    'w.setnchannels(1); w.setsampwidth(2); w.setframerate(8000)',
    'w.writeframes(b"\\x01\\x02" * 4000)',
    'for _ in range(7): w.writeframesraw(b"\\x03\\x04" * 4000)',
    'w._file.flush(); os._exit(9)',
  ].join('\n');
  expect(() => execFileSync('python3', ['-c', program, path], { stdio: 'ignore' })).toThrow();
  expect(await checkContainer(path, false)).toMatchObject({ state: 'torn' });
  expect((await mend(path)).after).toMatchObject({ state: 'whole', durationMs: 4_000 });
  expect(readByPython(path).frames).toBe(32_000);
});

test('a WAV file over 4 GB gets sizes of 64 bits where its writer left room, and else says that it has none', async () => {
  const into = await folder();
  for (const [name, hasRoom] of [
    ['room.wav', true],
    ['none.wav', false],
  ] as const) {
    const path = join(into, name);
    const dataAt = makeLarge(path, hasRoom);
    const { after } = await mend(path);
    expect(after).toMatchObject({ state: 'whole' });
    if (hasRoom) {
      const head = await lookAtHead(path);
      expect(head.toString('latin1', 0, 4)).toBe('RF64');
      expect(Number(head.readBigUInt64LE(28))).toBe(5_000_000_000 - dataAt);
      expect(
        Math.abs((await probedMs(path)) - ((5_000_000_000 - dataAt) / 88_200) * 1_000),
      ).toBeLessThan(5);
    } else expect(after?.note).toContain('4 GB');
  }
});

test('what is taken off is never written over, and the file keeps the time when it was recorded', async () => {
  const path = join(await folder(), 'a.csv');
  await writeFile(path, 'a,b\n1,2\n3');
  await writeFile(`${path}.torn`, 'of an earlier time');
  await utimes(path, 1_000, 1_000);
  expect((await mend(path)).kept).toBe('a.csv.torn-2');
  expect(await readFile(`${path}.torn`, 'utf8')).toBe('of an earlier time');
  expect(await readFile(`${path}.torn-2`, 'utf8')).toBe('3');
  expect((await stat(path)).mtimeMs).toBe(1_000_000);
  expect(await checkContainer(path, false)).toMatchObject({ state: 'whole' });
});

test('a WAV header that is cut or has no sound behind it cannot be mended, and says which', async () => {
  const bytes = await readFile(await record(await folder(), 'sound.wav', 1));
  const dataAt = bytes.indexOf('data') + 8;
  const at = async (place: number) => lookAtWav(sourceOf(bytes.subarray(0, place)));
  expect(await at(8)).toMatchObject({ state: 'bad' });
  expect(await at(20)).toMatchObject({ state: 'bad', note: 'its header is cut' });
  expect(await at(dataAt)).toMatchObject({ state: 'empty' });
});

/** A WAV file of 5 GB that costs no disk, whose header was never written to its end. @returns where its sound begins */
function makeLarge(path: string, hasRoom: boolean): number {
  const room = hasRoom
    ? Buffer.concat([Buffer.from('JUNK'), uint32(28), Buffer.alloc(28)])
    : Buffer.alloc(0);
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(44_100, 4);
  format.writeUInt32LE(88_200, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const head = Buffer.concat([
    ...[Buffer.from('RIFF'), uint32(0), Buffer.from('WAVE'), room],
    ...[Buffer.from('fmt '), uint32(16), format, Buffer.from('data'), uint32(0)],
  ]);
  const file = openSync(path, 'w');
  writeSync(file, head);
  ftruncateSync(file, 5_000_000_000);
  closeSync(file);
  return head.length;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

async function lookAtHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    return (await file.read(Buffer.alloc(64), 0, 64, 0)).buffer;
  } finally {
    await file.close();
  }
}

/** The sound of a FLAC file, as the reference decoder has it; it fails where the file is not in order. */
function decoded(path: string): Buffer {
  const words = [
    '--silent',
    '--decode',
    '--stdout',
    '--force-raw-format',
    '--endian=little',
    '--sign=signed',
  ];
  return execFileSync('flac', [...words, path], {
    maxBuffer: 64_000_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test('a FLAC file that is cut anywhere is whole after it was mended, and holds every frame that was', async () => {
  const into = await folder();
  const path = await record(into, 'sound.flac', 20);
  const bytes = await readFile(path);
  const sound = decoded(path);
  const roll = createPrng(7);
  for (let n = 0; n < 12; n += 1) {
    // Further from the end than the longest block, so that it is seen to be cut.
    const place = roll.int(Math.floor(bytes.length * 0.2), Math.floor(bytes.length * 0.85));
    const cut = join(into, `cut-${n}.flac`);
    await writeFile(cut, bytes.subarray(0, place));
    const { after } = await mend(cut);
    expect(after, `cut at ${place}`).toMatchObject({ state: 'whole' });
    execFileSync('flac', ['--silent', '--test', cut], { stdio: 'ignore' });
    const mended = decoded(cut);
    expect(mended.equals(sound.subarray(0, mended.length)), `cut at ${place}`).toBe(true);
    const share = mended.length / sound.length;
    expect(Math.abs(share - place / bytes.length), `cut at ${place}`).toBeLessThan(0.05);
  }
});

test('a FLAC file whose last frames are damaged is not cut where no checksum proves it', async () => {
  const into = await folder();
  const bytes = await readFile(await record(into, 'sound.flac', 20));
  const half = Buffer.from(bytes.subarray(0, Math.floor(bytes.length / 2)));
  // Every frame has a wrong byte: none is whole.
  for (let at = 10_000; at < half.length; at += 64) half[at] = (half[at] ?? 0) ^ 0x55;
  const path = join(into, 'damaged.flac');
  await writeFile(path, half);
  expect((await checkContainer(path, false))?.mend).toBeUndefined();
});
