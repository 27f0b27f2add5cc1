import type { VerifiedSession } from '../daemon/recordings/verify-session.ts';
import { barOf, sayWork, shareOf } from '../protocol/session-words.ts';
import type { FileWork } from '../protocol/sessions.ts';
import { toAscii } from '../protocol/theme.ts';
import type { Context } from './context.ts';
import { progressFor } from './progress.ts';

/** Redrawing for every piece that is read would cost more than reading it. */
const tellEveryMs = 250;
const barColumns = 20;

/**
 * Verifies a session, with a bar on the terminal while it reads.
 *
 * @param path absolute path of its folder
 * @param recording the trial of it that a daemon records now; null where none does
 * @throws what `verifySession` throws
 */
export async function verifyWithProgress(
  context: Context,
  path: string,
  recording: number | null,
): Promise<VerifiedSession> {
  const [{ verifySession }, { sha256Of }] = await Promise.all([
    import('../daemon/recordings/verify-session.ts'),
    import('../daemon/recordings/file-sums.ts'),
  ]);
  const progress = progressFor(context);
  const beganMs = performance.now();
  let toldMs = Number.NEGATIVE_INFINITY;
  let work: FileWork | null = null;
  const tell = (readBytes: number) => {
    const nowMs = performance.now();
    if (work === null || nowMs - toldMs < tellEveryMs) return;
    toldMs = nowMs;
    const now = { ...work, bytesDone: Math.min(work.bytes, work.bytesDone + readBytes) };
    progress.tell(sayVerifying(context, now, nowMs - beganMs));
  };
  try {
    return await verifySession(path, {
      recording,
      began: (now) => {
        work = now;
        tell(0);
      },
      sumOf: (file) => sha256Of(file, tell).catch(() => null),
    });
  } finally {
    progress.end();
  }
}

// Where nobody looks on, the figures of a moment are no news.
function sayVerifying({ terminal }: Context, work: FileWork, forMs: number): string {
  if (!terminal.isTty || terminal.isDumb) return 'reading the files of the session ...';
  const words = `verifying ${barOf(shareOf(work), barColumns)} ${sayWork(work, forMs)}`;
  return terminal.theme.ascii ? toAscii(words) : words;
}
