import type { Said } from '../../core/input.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { monoMs } from '../clock.ts';
import { type Batch, LineReader } from './line-reader.ts';
import { punch } from './punch.ts';
import { keepSaid, type RunContext } from './run-context.ts';
import type { RunPaths } from './run-folder.ts';
import type { Live } from './run-port.ts';
import { SaidBucket } from './said-bucket.ts';
import type { Voice } from './voice.ts';
import { watchFile } from './watch-file.ts';

/** So much of `status` is given back to the file system at a time. */
const punchBytes = 1_048_576;
/** While an answer is awaited lines are read at once, but no more often than this. */
const coolDownMs = 10;
/** Of a batch longer than this only the last report of progress is looked at. */
const manyLines = 200;

/** Listens to descriptor 3 of one run: when to look, what was wrong, what to tell, what to write down. */
export class Ear {
  readonly voice: Voice;
  #lastLineMonoMs: number = monoMs();
  /** Lines that were too long, no JSON, of a wrong shape, unknown or late. */
  #badLines = 0;
  readonly #context: RunContext;
  readonly #paths: RunPaths;
  readonly #said: (said: Said) => void;
  readonly #reader: LineReader;
  readonly #bucket = new SaidBucket();
  #unwatch: (() => void) | null = null;
  #coolDown: NodeJS.Timeout | null = null;
  #stirred = false;
  #hearing = false;
  #punchedTo = 0;
  #punching = false;
  #closed = false;

  constructor(context: RunContext, paths: RunPaths, voice: Voice, said: (said: Said) => void) {
    this.#context = context;
    this.#paths = paths;
    this.voice = voice;
    this.#said = said;
    this.#reader = new LineReader(paths.status, voice.record.offset);
  }

  /** While an answer is awaited every line is told at once; otherwise a sweep a second is enough, and far cheaper. */
  attend(awaited: boolean): void {
    if (!awaited || this.#closed) {
      this.#unwatch?.();
      this.#unwatch = null;
    } else if (this.#unwatch === null) {
      this.#unwatch = watchFile(this.#paths.status, () => this.#stir());
      setImmediate(() => this.#lookBack());
    }
  }

  /** Tells what is new. True when there is more to read soon. */
  sweep(): boolean {
    if (this.#closed || this.#hearing) return false;
    const batch = this.#reader.read();
    this.#tell([...this.#take(batch), ...this.#bucket.release()]);
    return batch.more;
  }

  /** Tells all there is: the last words of a run that has ended. */
  hearOut(): void {
    if (this.#closed) return;
    this.#tell([...this.#take(this.#reader.readAll()), ...this.#bucket.empty()]);
  }

  /** Takes in what was said while no daemon listened, and tells nobody: it is part of how the run was found. */
  catchUp(): void {
    this.#take(this.#reader.readAll());
    this.#bucket.empty();
  }

  silentMs(): number {
    return Math.round(monoMs() - this.#lastLineMonoMs);
  }

  live(): Live {
    const { record, detail, gauges } = this.voice;
    const { bytes, samples, dropped, files } = record;
    const lastLineMonoMs = this.#lastLineMonoMs;
    return {
      bytes,
      samples,
      dropped,
      files,
      detail,
      gauges,
      lastLineMonoMs,
      badLines: this.#badLines,
    };
  }

  /** Writes down what a later daemon must know. */
  save(): void {
    this.voice.record = { ...this.voice.record, offset: this.#reader.consumed };
    // What could not be written is written with the next line that comes.
    this.voice.changed = !keepSaid(this.#context, this.#paths, this.voice.record);
  }

  close(): void {
    if (this.#closed) return;
    this.attend(false);
    if (this.#coolDown !== null) clearTimeout(this.#coolDown);
    this.#closed = true;
    this.#reader.close();
  }

  /** What came before the watch. Where nothing has, the answer that is awaited does not find an ear that cools down. */
  #lookBack(): void {
    if (this.#coolDown !== null) return this.#stir();
    const before = this.#reader.consumed;
    this.#stirred = this.sweep();
    if (this.#stirred || this.#reader.consumed !== before) this.#coolDownNow();
  }

  #stir(): void {
    if (this.#coolDown !== null) {
      this.#stirred = true;
      return;
    }
    this.#stirred = this.sweep();
    this.#coolDownNow();
  }

  #coolDownNow(): void {
    this.#coolDown = setTimeout(() => {
      this.#coolDown = null;
      if (this.#stirred) this.#stir();
    }, coolDownMs).unref();
  }

  #take(batch: Batch): Said[] {
    const { dropped } = this.#bucket;
    const heard = thin(batch.lines).flatMap((line) => this.#hear(line));
    if (this.#bucket.dropped > dropped) this.#swamp();
    for (const beginning of batch.tooLong) this.#complain('a line over 64 KiB', beginning);
    if (batch.skippedBytes > 0) this.#drown(batch.skippedBytes);
    if (batch.lines.length + batch.tooLong.length > 0) this.#lastLineMonoMs = monoMs();
    if (this.voice.changed) this.save();
    this.#punch();
    return heard;
  }

  #hear(line: string): Said[] {
    const heard = this.voice.hear(line);
    switch (heard) {
      case 'progress':
        this.#context.port.heard(this.#context.module);
        return [];
      case 'pong':
        return [];
      case 'bad':
        this.#complain('a line that is no message', line);
        return [];
      case 'stale':
      case 'unknown':
        this.#badLines += 1;
        this.#context.port.log(
          'debug',
          `${this.#context.module}: ${heard}: ${sanitize(line, 200)}`,
        );
        return [];
      default:
        return this.#bucket.take(heard, this.voice.answered);
    }
  }

  /** Telling may lead back here (somebody attends, or asks for health): the order of what was said stays. */
  #tell(saids: readonly Said[]): void {
    this.#hearing = true;
    for (const said of saids) this.#said(said);
    this.#hearing = false;
  }

  #complain(what: string, line: string): void {
    this.#badLines += 1;
    const message = `${this.#context.module} sent ${what} (${this.#badLines} so far): ${sanitize(line, 120)}`;
    const remedy = 'Descriptor 3 takes one JSON object per line; see the page for module authors.';
    if (this.#context.wrongLines.happened(message, remedy)) this.#context.port.log('warn', message);
  }

  #drown(bytes: number): void {
    this.#context.flood.happened(
      `${this.#context.module} reports more than the rig can read; ${bytes} bytes were left out.`,
      'Let it report progress once or twice a second.',
    );
  }

  #swamp(): void {
    const { module, flood } = this.#context;
    flood.happened(
      `${module} reports its state more often than the rig follows; ${this.#bucket.dropped} messages were left out.`,
      'Let it report its state when it changes, not in a loop.',
    );
  }

  #punch(): void {
    const to = this.#reader.consumed;
    if (this.#punching || to - this.#punchedTo < punchBytes) return;
    this.#punching = true;
    this.save(); // nobody may want to read again what is no longer there
    const from = this.#punchedTo;
    this.#punchedTo = to;
    this.#context.during(
      punch(this.#paths.status, from, to).then((problem) => {
        this.#punching = false;
        if (problem !== null) this.#context.port.log('warn', `${this.#paths.status}: ${problem}`);
      }),
    );
  }
}

/** Progress is the only message that may come in thousands, and only the newest of it counts. */
function thin(lines: readonly string[]): readonly string[] {
  if (lines.length <= manyLines) return lines;
  const isProgress = (line: string) => /^\{"is": ?"progress"/.test(line);
  const last = lines.findLastIndex(isProgress);
  return lines.filter((line, index) => index === last || !isProgress(line));
}
