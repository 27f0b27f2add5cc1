import type { RecordingNote } from '../../core/effect.ts';
import { manifestPath, pathsOf } from './file-list.ts';
import { addProblem, trialOf } from './manifest-notes.ts';
import type { SessionStore } from './session-store.ts';

/** Names of files that are taken from a module in one trial. Those in its folder are listed at the end, named or not. */
const maxNamed = 256;

/** What modules say of their files, kept within bounds: a module that names files without end fills no disk. */
export class NamedFiles {
  readonly #counts = new Map<string, number>();
  readonly #told = new Set<string>();

  /**
   * The note without names that the manifest knows and without those that are too many; paths are those of the manifest.
   *
   * @returns null when nothing is left to note
   */
  within(store: SessionStore, note: RecordingNote): RecordingNote | null {
    if (note.is === 'trial-began') this.#forget();
    if (note.is !== 'files' && note.is !== 'joined') return note;
    const fresh = unknownFiles(store, note);
    const key = `${note.trial} ${note.module}`;
    const room = Math.max(0, maxNamed - (this.#counts.get(key) ?? 0));
    const files = fresh.slice(0, room);
    this.#counts.set(key, maxNamed - room + files.length);
    if (fresh.length > room && !this.#told.has(key)) {
      this.#told.add(key);
      tellTooMany(store, note);
    }
    return files.length === 0 && note.is === 'files' ? null : { ...note, files };
  }

  #forget(): void {
    this.#counts.clear();
    this.#told.clear();
  }
}

type InSegment = { readonly trial: number; readonly segment: number; readonly module: string };

function unknownFiles(
  { manifest, path }: SessionStore,
  { trial, module, files }: InSegment & { readonly files: readonly string[] },
): string[] {
  const segments = trialOf(manifest, trial)?.segments ?? [];
  const known = segments.map((segment) => pathsOf(segment.modules[module]?.files ?? []));
  const named = new Set(files.map((file) => manifestPath(path, module, trial, file)));
  return [...named].filter((file) => known.every((paths) => !paths.has(file)));
}

function tellTooMany(store: SessionStore, { trial, module }: InSegment): void {
  const { manifest } = store;
  addProblem(manifest, {
    at: trialOf(manifest, trial)?.startedAt ?? manifest.session.startedAt,
    module,
    code: 'files',
    message: `${module} named more than ${maxNamed} files in trial ${trial}; others are listed at its end, from its folder`,
  });
  store.changed();
}
