import { resolve, sep } from 'node:path';
import type { Said } from '../../core/input.ts';
import type { Adopted } from '../../core/spec.ts';
import {
  type ModuleCommand,
  type ModuleLine,
  moduleLineSchema,
  moduleProtocol,
} from '../../protocol/module-lines.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { Gauge } from '../../protocol/snapshot.ts';
import { type Asked, idBlock, nothingSaid, type SaidRecord } from './said-record.ts';

const maxFiles = 256;
/** What became of a line. `stale` and `unknown` are counted, `bad` is shown. */
export type Heard = Said | 'progress' | 'pong' | 'stale' | 'unknown' | 'bad';

/**
 * What a module was asked and what it has said, as far as the rig goes by it. Lines become facts here: checked, sanitised, and
 * dropped where they answer something that is no longer asked.
 */
export class Voice {
  /** What `said.json` must hold. */
  record: SaidRecord;
  /** It must be written again. */
  changed = false;
  /** The newest message was the first answer to what is asked, by its id. */
  answered = false;
  detail: string | null = null;
  gauges: Readonly<Record<string, Gauge>> = {};
  #nextId: number;
  #answer = '';

  constructor(record: SaidRecord, nextId: number) {
    this.record = record;
    this.#nextId = nextId;
  }

  /** Gives the command its id, which never comes again in this run, except with a `record` that is repeated in its take. */
  ask(command: ModuleCommand): number {
    const before = command.do === 'record' ? this.record.asked?.record : undefined;
    if (before !== undefined) return before; // whichever of the two is answered, it is the answer
    const id = this.#nextId;
    this.#nextId += 1;
    if (id >= this.record.idsBelow) this.#note({ idsBelow: id + idBlock });
    const kind = askedBy(command);
    if (kind === null) return id;
    // A new take begins: answers to what was asked in the one before are late.
    if (command.do === 'arm') {
      const { dir, trial, segment } = command;
      this.#note({
        asked: { arm: id },
        dir,
        trial,
        segment,
        files: [],
        heard: nothingSaid.heard,
        bytes: 0,
        samples: 0,
        dropped: 0,
        splitTo: null,
      });
    } else {
      this.#note({ asked: { ...this.record.asked, [kind]: id } });
      if (command.do === 'split') this.#note({ splitTo: command.segment });
    }
    return id;
  }

  /** Takes one line of descriptor 3. */
  hear(text: string): Heard {
    const value = parseJson(text);
    const parsed = moduleLineSchema.safeParse(value);
    if (!parsed.success) return isUnknown(value) ? 'unknown' : 'bad';
    const line = parsed.data;
    if (line.is === 'progress') return this.#progress(line);
    if (line.is === 'pong') return 'pong';
    if (this.#isLate(line)) return 'stale';
    this.answered = this.#answers(line);
    const said = this.#said(line);
    this.#follow(said);
    return said;
  }

  #progress(line: ModuleLine & { is: 'progress' }): 'progress' {
    const { bytes, samples, dropped } = this.record;
    // Not `changed`: what is written at the next change is soon enough.
    this.record = {
      ...this.record,
      bytes: line.bytes ?? bytes,
      samples: line.samples ?? samples,
      dropped: line.dropped ?? dropped,
    };
    if (line.detail !== undefined) this.detail = sanitize(line.detail, 200);
    if (line.gauges !== undefined) this.gauges = cleanGauges(line.gauges);
    return 'progress';
  }

  #isLate(line: ModuleLine): boolean {
    const kind = answeredBy[line.is];
    if (kind === undefined || !('id' in line) || line.id === undefined) return false;
    return this.record.asked !== null && !this.#isAnswer(kind, line.id);
  }

  #isAnswer(kind: Asked, id: number): boolean {
    const { asked } = this.record;
    return id === asked?.[kind] || (kind === 'record' && id === asked?.split);
  }

  #answers(line: ModuleLine): boolean {
    const kind = answeredBy[line.is];
    if (kind === undefined || !('id' in line) || line.id === undefined) return false;
    if (!this.#isAnswer(kind, line.id)) return false;
    const key = `${line.is} ${line.id}`;
    const isFirst = key !== this.#answer;
    this.#answer = key;
    return isFirst;
  }

  #said(line: Exclude<ModuleLine, { is: 'progress' | 'pong' }>): Said {
    switch (line.is) {
      case 'ready':
        if (line.v !== undefined && line.v !== moduleProtocol) return otherProtocol(line.v);
        return {
          is: 'ready',
          version: line.version === undefined ? null : sanitize(line.version, 64),
          can: line.can.map((word) => sanitize(word, 32)),
        };
      case 'armed':
      case 'idle':
        return { is: line.is, files: this.#absolute(line.files) };
      case 'recording':
        return {
          is: 'recording',
          firstSampleMonoNs: line.firstSampleMonoNs ?? null,
          files: this.#absolute(line.files),
          segment: this.#splitBy(line.id),
        };
      case 'paused':
        return { is: 'paused' };
      case 'finalizing':
        return { is: 'finalizing', etaMs: line.etaMs ?? null };
      case 'error':
        return {
          is: 'error',
          code: sanitize(line.code, 64),
          message: sanitize(line.message),
          remedy: line.remedy === undefined ? null : sanitize(line.remedy),
          recoverable: line.recoverable,
        };
    }
  }

  /** The segment that it is in now, where `recording` with this id answers a split; without an id it does. */
  #splitBy(id: number | undefined): number | null {
    const { asked, splitTo } = this.record;
    return id === undefined || id === asked?.split ? splitTo : null;
  }

  #follow(said: Said): void {
    if (said.is === 'error') {
      this.#note({ error: said });
    } else if (said.is === 'ready') {
      const { version, can } = said;
      this.#note({ ready: true, version, can: [...can], error: null });
    } else {
      this.#followTake(said);
    }
  }

  #followTake(said: Exclude<Said, { is: 'error' | 'ready' }>): void {
    const named = 'files' in said ? said.files : [];
    const isMoved = said.is === 'recording' && said.segment !== null;
    const before = isMoved ? nothingSaid.heard : this.record.heard;
    const first = said.is === 'recording' ? said.firstSampleMonoNs : null;
    const heard = {
      firstSampleMonoNs: before.firstSampleMonoNs ?? first,
      files: together(before.files, named),
    };
    this.#note({ take: said.is, files: together(this.record.files, named), heard, error: null });
    if (isMoved) this.#note({ segment: said.segment, splitTo: null });
    if (said.is === 'idle') this.#forgetFigures();
  }

  /** What it said of a take says nothing of the time after. */
  #forgetFigures(): void {
    this.detail = null;
    this.gauges = {};
  }

  /** Absolute, or below the folder it was given; a name that leaves that folder, or holds what no path may, is left out. */
  #absolute(files: readonly string[] | undefined): string[] {
    const { dir } = this.record;
    return (files ?? []).flatMap((file) => {
      if (file === '' || file.includes('\0')) return [];
      if (file.startsWith(sep)) return [resolve(file)];
      const path = dir === null ? null : resolve(dir, file);
      return path?.startsWith(`${dir}${sep}`) ? [path] : [];
    });
  }

  #note(news: Partial<SaidRecord>): void {
    this.record = { ...this.record, ...news };
    this.changed = true;
  }
}

function together(before: readonly string[], named: readonly string[]): string[] {
  return [...new Set([...before, ...named])].slice(-maxFiles);
}

/** Trying again cures nothing. */
function otherProtocol(version: number): Said {
  return {
    is: 'error',
    code: 'protocol',
    message: `it speaks rigdeck/${version}, and this Rigdeck understands rigdeck/${moduleProtocol}`,
    remedy: `Install a version of the module that speaks rigdeck/${moduleProtocol}, or a Rigdeck that knows rigdeck/${version}.`,
    recoverable: false,
  };
}

/** What this voice would be adopted as. */
export function adoptedAs(record: SaidRecord): Omit<Adopted, 'pid' | 'startedAt'> {
  const { ready, version, can, take, trial, segment, splitTo, heard } = record;
  const about = { ready, version, can, take, heard };
  if (take === 'idle') return { ...about, trial: null, segment: null, splitTo: null };
  return { ...about, trial, segment, splitTo };
}

const answeredBy: Partial<Record<ModuleLine['is'], Asked>> = {
  armed: 'arm',
  recording: 'record',
  paused: 'pause',
  finalizing: 'stop',
  idle: 'stop',
};

function askedBy(command: ModuleCommand): Asked | null {
  switch (command.do) {
    case 'arm':
    case 'record':
    case 'pause':
    case 'split':
    case 'stop':
      return command.do;
    case 'resume':
      return 'record'; // `recording` answers both
    case 'ping':
    case 'quit':
    case 'mark':
    case 'log':
      return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: as bad as a line of a wrong shape
  }
}

const known = new Set<unknown>(moduleLineSchema.options.map((option) => option.shape.is.value));

/** A message of a later version: counted, no fault. */
function isUnknown(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('is' in value)) return false;
  return typeof value.is === 'string' && !known.has(value.is);
}

function cleanGauges(gauges: Readonly<Record<string, Gauge>>): Record<string, Gauge> {
  const clean = Object.entries(gauges)
    .slice(0, 16)
    .map(([name, { value, warn, unit }]): [string, Gauge] => [
      sanitize(name, 32),
      {
        value,
        ...(warn === undefined ? {} : { warn }),
        ...(unit === undefined ? {} : { unit: sanitize(unit, 16) }),
      },
    ]);
  return Object.fromEntries(clean);
}
