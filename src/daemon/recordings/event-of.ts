import { resolve } from 'node:path';
import type { RecordingNote } from '../../core/effect.ts';
import type { ManifestTrial } from '../../protocol/manifest.ts';
import type { ManifestEvent } from '../../protocol/manifest-schema.ts';
import { openGap } from './manifest-gaps.ts';
import { trialOf } from './manifest-notes.ts';
import { claimedFiles, factsOf, lastWrittenMs, newestMs } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';

type NoteOf<K extends RecordingNote['is']> = Extract<RecordingNote, { readonly is: K }>;

/**
 * What is written down of a note. A gap of which nobody knows when it began, and an end that nobody watched, are given the time of
 * the module's last byte.
 *
 * @param lastEventMs when this session was last written to by an earlier daemon; null when there was none
 * @returns null when there is nothing to write
 */
export async function eventOf(
  store: SessionStore,
  note: RecordingNote,
  lastEventMs: number | null,
): Promise<ManifestEvent | null> {
  switch (note.is) {
    case 'gap': {
      const known = note.from ?? openGap(store.manifest, note.module)?.from;
      const from = known ?? (await gapBegan(store, note, lastEventMs));
      // Its file was looked at when it recorded again.
      const to = note.to !== null && note.to < from ? from : note.to;
      return { ...note, from, to };
    }
    case 'left':
      return { ...note, at: note.at ?? (await lastByteOf(store, note)) };
    case 'stalled':
      return await stallBegan(store, note);
    case 'stall-over':
      return stallEnded(store, note);
    default:
      return note;
  }
}

async function gapBegan(
  store: SessionStore,
  { module, to }: NoteOf<'gap'>,
  lastEventMs: number | null,
): Promise<string> {
  const trial = store.manifest.trials.at(-1);
  // One that has an end is noted when its module is in its next segment; what it wrote there says nothing of the gap before.
  const of = { module, beforeNewest: to !== null };
  const lastMs = trial && (await lastWrittenMs(store.path, trial, of).catch(() => null));
  return new Date(lastMs ?? lastEventMs ?? (to === null ? Date.now() : to)).toISOString();
}

/** A stall that an earlier daemon has noted goes on as that one. */
async function stallBegan(
  { manifest, path }: SessionStore,
  { module, from, cause }: NoteOf<'stalled'>,
): Promise<ManifestEvent | null> {
  if (openGap(manifest, module) !== undefined) return null;
  const trial = manifest.trials.findLast((one) => one.stoppedAt === null);
  const segment = trial?.segments.findLast((one) => one.modules[module] !== undefined);
  if (trial === undefined || segment === undefined) return null;
  const joinedAt = segment.modules[module]?.joinedAt ?? segment.startedAt;
  const lastMs = from === null ? await lastByteMs(path, trial, segment.number, module) : null;
  // A header is written before anything is recorded: no stall begins before its module recorded.
  const beganMs = Math.max(Date.parse(from ?? joinedAt), Date.parse(joinedAt), lastMs ?? 0);
  return { is: 'gap', module, from: new Date(beganMs).toISOString(), to: null, cause };
}

function stallEnded(
  { manifest }: SessionStore,
  { module, at }: NoteOf<'stall-over'>,
): ManifestEvent | null {
  const open = openGap(manifest, module);
  if (open === undefined) return null;
  return {
    is: 'gap',
    module,
    from: open.from,
    to: at < open.from ? open.from : at,
    cause: open.cause,
  };
}

/** Nobody watched it finish: it was over with its last byte. */
async function lastByteOf(
  { manifest, path }: SessionStore,
  { trial: number, segment, module }: NoteOf<'left'>,
): Promise<string> {
  const trial = trialOf(manifest, number);
  const lastMs = trial === undefined ? null : await lastByteMs(path, trial, segment, module);
  return new Date(lastMs ?? Date.now()).toISOString();
}

async function lastByteMs(
  sessionPath: string,
  trial: ManifestTrial,
  segment: number,
  module: string,
): Promise<number | null> {
  const files = await claimedFiles(sessionPath, trial, module).catch(() => []);
  const times: number[] = [];
  for (const file of files.filter((one) => one.segment === segment)) {
    const facts = await factsOf(resolve(sessionPath, file.path)).catch(() => null);
    if (facts !== null) times.push(facts.mtimeMs);
  }
  return newestMs(times);
}
