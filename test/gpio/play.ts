import type { Level } from '../../src/gpio/lines.ts';
import { type PressInput, startPress, stepPress } from '../../src/gpio/press.ts';
import type { PressEvent, PressSettings } from '../../src/gpio/press-events.ts';
import type { Button, Trace } from './traces/trace.ts';

export const buttons: Readonly<Record<Button, PressSettings>> = {
  plain: { kind: 'push', debounceMs: 30, double: false, holdMs: null },
  hold: { kind: 'push', debounceMs: 30, double: false, holdMs: 2_000 },
  double: { kind: 'push', debounceMs: 30, double: true, holdMs: null },
  both: { kind: 'push', debounceMs: 30, double: true, holdMs: 2_000 },
  slow: { kind: 'push', debounceMs: 200, double: false, holdMs: 2_000 },
  switch: { kind: 'switch', debounceMs: 30 },
};

/** One move of the line. `isTold` is false where the edge never reaches the program. */
export type Move = {
  readonly level: Level;
  readonly atMs: number;
  readonly lost: number;
  readonly isTold: boolean;
};

type Play = {
  readonly settings: PressSettings;
  readonly start: Level;
  readonly moves: readonly Move[];
  readonly blocked: readonly (readonly [number, number])[];
  /** How late the timer is, by turn. */
  readonly lateMs?: (turn: number) => number;
  /** Edges are as old as they are heard, as those of sysfs. */
  readonly unstamped?: boolean;
  readonly untilMs: number;
};

const never = Number.POSITIVE_INFINITY;

/** Does what a panel does: hands edges on as they come, and has one timer, at which it looks at the line. */
export function play(what: Play): PressEvent[] {
  const { settings, start, untilMs } = what;
  const line = what.unstamped ? new UnstampedLine(what) : new StampedLine(what);
  const told: PressEvent[] = [];
  let step = startPress(start, 0, settings);
  let nowMs = 0;
  for (let turns = 0; turns < 100_000; turns += 1) {
    const edgeMs = line.heardMs;
    const wakeMs = (step.wakeAtMs ?? never) + (what.lateMs?.(turns) ?? 0);
    const lookMs = Math.max(nowMs, heardAt(what, wakeMs));
    nowMs = Math.max(nowMs, Math.min(edgeMs, lookMs));
    if (nowMs > untilMs) return told;
    const isEdge = isEdgeFirst(line, lookMs);
    const input = isEdge ? line.next(nowMs) : line.look(nowMs);
    if (input === null) continue;
    step = stepPress(step.state, input, settings);
    checkWake(input, step.wakeAtMs);
    told.push(...step.told);
  }
  throw new Error('the button never comes to rest');
}

/** Timers come before what waits to be read; otherwise the edge is there first. */
function isEdgeFirst({ heardMs, isOnTime }: StampedLine | UnstampedLine, lookMs: number): boolean {
  return heardMs < lookMs || (heardMs === lookMs && isOnTime);
}

function checkWake(input: PressInput, wakeAtMs: number | null): void {
  if (input.type === 'look' && wakeAtMs !== null && wakeAtMs <= input.atMs) {
    throw new Error('a look was for nothing: it is asked for again at once');
  }
}

/** Every edge waits until it is read, with its own time. */
class StampedLine {
  readonly #what: Play;
  readonly #edges: readonly Move[];
  #at = 0;

  constructor(what: Play) {
    this.#what = what;
    this.#edges = what.moves.filter(({ isTold }) => isTold);
  }

  get heardMs(): number {
    const edge = this.#edges[this.#at];
    return edge === undefined ? never : heardAt(this.#what, edge.atMs);
  }

  get isOnTime(): boolean {
    return this.#edges[this.#at]?.atMs === this.heardMs;
  }

  next(): PressInput | null {
    const edge = this.#edges[this.#at];
    if (edge === undefined) return null;
    this.#at += 1;
    const { level, atMs, lost } = edge;
    return { type: 'edge', level, atMs, lost };
  }

  look(atMs: number): PressInput {
    return { type: 'look', level: levelOf(this.#what, atMs), atMs };
  }
}

/** That something was is known, and the level as it is now. Whoever looks is told the edge right after. */
class UnstampedLine {
  readonly #what: Play;
  #seen: { readonly level: Level; readonly atMs: number };
  #found: PressInput | null = null;

  constructor(what: Play) {
    this.#what = what;
    this.#seen = { level: what.start, atMs: 0 };
  }

  get heardMs(): number {
    if (this.#found !== null) return this.#seen.atMs;
    const edge = this.#what.moves.find(({ atMs }) => atMs > this.#seen.atMs);
    return edge === undefined ? never : heardAt(this.#what, edge.atMs);
  }

  get isOnTime(): boolean {
    return this.#what.moves.some(({ atMs }) => atMs === this.heardMs);
  }

  next(atMs: number): PressInput | null {
    const edge = this.#found ?? this.#see(atMs);
    this.#found = null;
    return edge;
  }

  look(atMs: number): PressInput {
    this.#found ??= this.#see(atMs);
    return { type: 'look', level: this.#seen.level, atMs };
  }

  #see(atMs: number): PressInput | null {
    const before = this.#seen;
    const level = levelOf(this.#what, atMs);
    this.#seen = { level, atMs };
    if (level === before.level) return null;
    return { type: 'edge', level, atMs, lost: 0, seenMs: before.atMs };
  }
}

/** While the program does nothing, nothing is heard. */
function heardAt({ blocked }: Play, atMs: number): number {
  return blocked.find(([from, to]) => atMs >= from && atMs < to)?.[1] ?? atMs;
}

function levelOf({ start, moves }: Play, atMs: number): Level {
  return moves.findLast((move) => move.atMs <= atMs)?.level ?? start;
}

export function playTrace(trace: Trace): string[] {
  const { button, start = 0, line, blocked = [], unstamped = false } = trace;
  const moves = movesOf(line);
  const settings = buttons[button];
  const ends = [...moves.map(({ atMs }) => atMs), ...blocked.map(([, to]) => to)];
  const untilMs = Math.max(0, ...ends) + 40_000;
  return play({ settings, start, moves, blocked, unstamped, untilMs }).map(sayEvent);
}

function movesOf(line: string): Move[] {
  return line.split(/\s+/).filter(Boolean).flatMap(movesIn);
}

function movesIn(word: string): Move[] {
  const [, silent, sign, from = '', to, count, lost = '0'] =
    /^(~?)([+-])([\d.]+)(?:\.\.(\d+)\/(\d+))?(?:!(\d+))?$/.exec(word) ?? [];
  if (sign === undefined) throw new Error(`no move of a line: ${word}`);
  const first: Level = sign === '+' ? 1 : 0;
  const isTold = silent === '';
  const times = spread(Number(from), Number(to ?? from), Number(count ?? 1));
  return times.map((atMs, index) => {
    const level: Level = index % 2 === 0 ? first : first === 1 ? 0 : 1;
    return { level, atMs, lost: index === 0 ? Number(lost) : 0, isTold };
  });
}

function spread(from: number, to: number, count: number): number[] {
  if (count === 1) return [from];
  return Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));
}

function sayEvent(event: PressEvent): string {
  const at = `@${Math.round(event.atMs * 10) / 10}`;
  switch (event.is) {
    case 'pressed':
    case 'released': {
      const bounces = event.edges === 1 ? '' : ` ${event.edges} edges`;
      if (event.is === 'pressed') {
        const until = event.holdAtMs === null ? '' : ` hold at ${event.holdAtMs}`;
        return `pressed ${event.downMs}${until}${bounces} ${at}`;
      }
      return `released ${event.downMs}-${event.upMs}${event.early ? ' early' : ''}${bounces} ${at}`;
    }
    case 'dropped':
      return `dropped ${event.downMs} ${at}`;
    case 'switched':
      return `switched ${event.level === 1 ? 'on' : 'off'} ${event.meantMs} ${at}`;
    case 'faulty':
      return `${event.fault} ${at}`;
    case 'well':
      return `no longer ${event.fault} ${at}`;
    default:
      return `${event.is} ${event.downMs}-${event.meantMs} ${at}`;
  }
}
