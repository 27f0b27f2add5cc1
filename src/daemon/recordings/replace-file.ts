import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../store/durable-file.ts';

/**
 * Replaces a file at one instant: the text goes into `<path>.next`, which is synced and renamed over it, and the folder is
 * synced. Whoever reads meanwhile, or after a power cut, finds the old text or the new one. One writer a path.
 *
 * Unlike the state's files it makes no folder (that of an unplugged disk would come back empty on the card below) and keeps
 * no generation before: `events.jsonl` is that.
 *
 * @throws what the disk says; then the old file stands
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  await replaceUnsynced(path, text);
  await syncFolder(dirname(path));
}

/** What the text is written to before it has its name. */
export function nextOf(path: string): string {
  return `${path}.next`;
}

/** The same, but a power cut may bring the old text back: its bytes are on the disk, the folder is not synced. */
export async function replaceUnsynced(path: string, text: string): Promise<void> {
  const next = nextOf(path);
  const file = await open(next, 'w', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await file.close();
    throw error;
  }
  await Promise.all([file.close(), rename(next, path)]); // side by side: a start waits for it
}
