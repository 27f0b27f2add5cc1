import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { isErrno } from '../errno.ts';

/** What ffprobe says of a file: how long it is, or why it cannot be used. */
export type Opinion = { readonly durationMs: number | null; readonly fault: string | null };

/** A file over a slow card, on a slow machine that records. */
const patienceMs = 20_000;
const maxOutputBytes = 1_000_000;
const noSuchProgram = 127; // of nice(1) and ionice(1)

const media =
  /^\.(wav|flac|mk[av]|webm|ts|mts|m2ts|mp4|m4[av]|mov|avi|og[gav]|opus|mp3|aac|aiff?|caf|mpe?g|h26[45]|mjpe?g)$/;

let isMissing = false;

/**
 * Asks ffprobe about a file of sound or pictures, at the lowest priority.
 *
 * @returns null where it is not installed, does not answer in time, or does not know the format
 */
export async function askFfprobe(path: string): Promise<Opinion | null> {
  if (isMissing || !media.test(extname(path).toLowerCase())) return null;
  const idle = process.platform === 'linux' ? ['-n', '19', 'ionice', '-c3'] : ['-n', '19'];
  const shown = [
    '-v',
    'error',
    '-show_entries',
    'format=duration:stream=codec_type',
    '-of',
    'json',
  ];
  const words = [...idle, 'ffprobe', ...shown, '-i', `file:${path}`];
  const limits = { timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: maxOutputBytes } as const;
  return await new Promise((resolve) => {
    execFile('nice', words, limits, (error, stdout, stderr) => {
      isMissing ||= error?.code === noSuchProgram || isErrno(error, 'ENOENT');
      if (isMissing || error?.killed === true || error?.signal != null) return resolve(null);
      resolve(
        error === null ? opinionIn(stdout) : { durationMs: null, fault: faultIn(stderr, path) },
      );
    });
  });
}

function opinionIn(stdout: string): Opinion | null {
  try {
    const { format, streams }: { format?: { duration?: string }; streams?: unknown[] } =
      JSON.parse(stdout);
    if (streams?.length === 0) return { durationMs: null, fault: 'there is no stream in it' };
    const durationMs = Number(format?.duration) * 1_000;
    return { durationMs: Number.isFinite(durationMs) ? durationMs : null, fault: null };
  } catch {
    return null; // of a version that answers otherwise
  }
}

/** Its last words, without the path. */
function faultIn(stderr: string, path: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last.replace(`file:${path}: `, '').slice(0, 200) || 'it cannot be opened';
}
