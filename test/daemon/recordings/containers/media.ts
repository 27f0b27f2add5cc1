import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import type { Source } from '../../../../src/daemon/recordings/containers/container.ts';
import { until } from '../../../support/until.ts';

const run = promisify(execFile);

/** Removed after the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'rigdeck-media-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const picture = ['-f', 'lavfi', '-i', 'testsrc=s=160x120:r=25'];
const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440'];

/** What ffmpeg is told for each format. */
export const recipes: Readonly<Record<string, readonly string[]>> = {
  'sound.wav': sound,
  'wide.wav': [...sound, '-rf64', 'always'],
  'sound.flac': sound,
  'both.mkv': [...picture, ...sound],
  'picture.webm': [...picture, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'],
  'both.ts': [...picture, ...sound],
  'both.m2ts': [...picture, ...sound, '-mpegts_m2ts_mode', '1', '-f', 'mpegts'],
  'both.mp4': [...picture, ...sound],
  'both.mov': [...picture, ...sound],
};

/** Lets ffmpeg record so many seconds. @returns the path */
export async function record(
  into: string,
  name: string,
  seconds: number,
  more: readonly string[] = [],
): Promise<string> {
  const path = join(into, name);
  const words = [
    '-v',
    'error',
    ...(recipes[name] ?? []),
    ...more,
    '-t',
    String(seconds),
    '-y',
    path,
  ];
  await run('ffmpeg', words);
  return path;
}

/** Lets ffmpeg record in real time and kills it with SIGKILL as soon as the file has so many bytes. */
export async function recordKilled(into: string, name: string, bytes: number): Promise<string> {
  const path = join(into, name);
  const fast = ['-flush_packets', '1'];
  const words = ['-v', 'error', '-readrate', '8', ...(recipes[name] ?? []), ...fast, '-y', path];
  const child = spawn('ffmpeg', words, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await until(
    'it has recorded',
    async () => ((await stat(path).catch(() => null))?.size ?? 0) > bytes,
  );
  child.kill('SIGKILL');
  await ended;
  return path;
}

/** The duration in ms as ffprobe sees it. */
export async function probedMs(path: string): Promise<number> {
  const words = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', path];
  return Number((await run('ffprobe', words)).stdout) * 1_000;
}

/** From the first to the last packet that ffprobe finds, in ms. */
export async function packetsMs(path: string): Promise<number> {
  const words = ['-v', 'quiet', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path];
  const { stdout } = await run('ffprobe', words, { maxBuffer: 64_000_000 });
  const times = stdout.split('\n').map(Number.parseFloat).filter(Number.isFinite);
  return (Math.max(...times) - Math.min(...times)) * 1_000;
}

/** A file in memory that counts what is read of it. */
export function sourceOf(bytes: Buffer): Source & { readonly counted: { bytes: number } } {
  const counted = { bytes: 0 };
  const read = async (at: number, length: number) => {
    const piece = bytes.subarray(at, at + Math.max(0, length));
    counted.bytes += piece.length;
    return Buffer.from(piece);
  };
  return { bytes: bytes.length, read, counted };
}
