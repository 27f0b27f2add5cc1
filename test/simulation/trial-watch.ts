import type { RecordingNote } from '../../src/core/effect.ts';
import { hold } from './broken.ts';

/** Holds what the manifest is told against what is true of a recording: order, gaps, segments. Outlives daemons. */
export class TrialWatch {
  #open: number | null = null;
  /** Who records in the open trial, who did, and who was switched off while no daemon could note it. */
  readonly #in = new Set<string>();
  readonly #out = new Set<string>();
  /** Who is away, and the manifest knows it already. */
  readonly #noted = new Set<string>();
  readonly #segments = new Set<string>();
  /** Who was told to go on in which segment. */
  readonly #splits = new Set<string>();

  /** The notes of one step, in their order. */
  look(notes: readonly RecordingNote[], isBoot: boolean): void {
    for (const note of notes) {
      if (note.is === 'trial-began') this.#begin(note.trial);
      if (isBoot) this.#takeOver(note);
      else if (note.is === 'joined') this.#join(note, notes);
      else if (note.is === 'left') this.#leave(note.module, note.trial, notes);
    }
  }

  /** What a new daemon found: who records, and who had finished; the one before may have said so already. */
  #takeOver(note: RecordingNote): void {
    if (note.is === 'joined') this.#goOn(note.module, note.segment);
    if (note.is !== 'left') return;
    this.#in.delete(note.module);
    this.#out.delete(note.module);
  }

  split(module: string, segment: number): void {
    const key = `${module} ${segment}`;
    hold(this.#in.has(module), `${module} splits what it is not in`);
    hold(!this.#splits.has(key), `${module} splits into segment ${segment} twice`);
    this.#splits.add(key);
  }

  closed(): void {
    this.#open = null;
  }

  /** A process ended while no daemon could say so. */
  lost(module: string): void {
    if (this.#in.delete(module)) this.#out.add(module);
  }

  /** A module that says `armed` while it records is adopted as one that is about to, in the segment that it has. */
  armed(module: string): void {
    this.lost(module);
    for (const key of this.#segments) if (key.startsWith(`${module} `)) this.#segments.delete(key);
  }

  /** It was still finishing when a new daemon came: it will leave, perhaps again. */
  finishing(module: string): void {
    this.#in.add(module);
  }

  /** It was switched off for a daemon that does not know the earlier ones: nothing is said of its gap. */
  excuse(module: string): void {
    this.#out.delete(module);
  }

  #begin(trial: number): void {
    this.#open = trial;
    this.#in.clear();
    this.#out.clear();
    this.#noted.clear();
    this.#segments.clear();
    this.#splits.clear();
  }

  /** A new daemon found that it records, whatever the one before thought of it. */
  #goOn(module: string, segment: number): void {
    this.#out.delete(module);
    this.#in.add(module);
    this.#segments.add(`${module} ${segment}`);
  }

  #join(note: Extract<RecordingNote, { is: 'joined' }>, notes: readonly RecordingNote[]): void {
    const { module, segment, trial } = note;
    hold(this.#open === trial, `${module} joins trial ${trial}, which is not open`);
    const key = `${module} ${segment}`;
    const hasSplit = this.#splits.has(key);
    hold(!this.#in.has(module) || hasSplit, `${module} joins trial ${trial} twice`);
    hold(!this.#segments.has(key), `${module} is in segment ${segment} twice`);
    this.#segments.add(key);
    const hasGap = hasGapOf(module, notes) || this.#noted.delete(module);
    hold(hasGap || !this.#out.has(module), `${module} is back, and its gap is not written down`);
    this.#out.delete(module);
    this.#in.add(module);
  }

  #leave(module: string, trial: number, notes: readonly RecordingNote[]): void {
    hold(this.#in.has(module) && this.#open === trial, `${module} leaves what it is not in`);
    this.#in.delete(module);
    this.#out.add(module);
    if (hasGapOf(module, notes)) this.#noted.add(module);
  }
}

function hasGapOf(module: string, notes: readonly RecordingNote[]): boolean {
  return notes.some((one) => one.is === 'gap' && one.module === module);
}
