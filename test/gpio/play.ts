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
  readonly untilMs: number;
};

const never = Number.POSITIVE_INFINITY;

/** Does what a panel does: hands edges on as they come, and has one timer, at which it looks at the line. */
export function play(what: Play): PressEvent[] {
  const { settings, start, moves, untilMs } = what;
  const edges = moves.filter(({ isTold }) => isTold);
  const told: PressEvent[] = [];
  let step = startPress(start, 0, settings);
  let nowMs = 0;
  for (let turns = 0; turns < 100_000; turns += 1) {
    const edge = edges[0];
    const edgeMs = edge === undefined ? never : heardAt(what, edge.atMs);
    const wakeMs = (step.wakeAtMs ?? never) + (what.lateMs?.(turns) ?? 0);
    const lookMs = Math.max(nowMs, heardAt(what, wakeMs));
    nowMs = Math.max(nowMs, Math.min(edgeMs, lookMs));
    if (nowMs > untilMs) return told;
    const input = nextInput(edge, edgeMs, lookMs, levelOf(start, moves, nowMs));
    if (input.type === 'edge') edges.shift();
    step = stepPress(step.state, input, settings);
    const { wakeAtMs } = step;
    if (input.type === 'look' && wakeAtMs !== null && wakeAtMs <= nowMs) {
      throw new Error('a look was for nothing: it is asked for again at once');
    }
    told.push(...step.told);
  }
  throw new Error('the button never comes to rest');
}

/** While the program does nothing, nothing is heard. */
function heardAt({ blocked }: Play, atMs: number): number {
  return blocked.find(([from, to]) => atMs >= from && atMs < to)?.[1] ?? atMs;
}

/** Timers come before what waits to be read; otherwise the edge is there first. */
function nextInput(
  edge: Move | undefined,
  edgeMs: number,
  lookMs: number,
  level: Level,
): PressInput {
  const isFirst = edgeMs < lookMs || (edgeMs === lookMs && edge?.atMs === edgeMs);
  if (edge === undefined || !isFirst) return { type: 'look', level, atMs: lookMs };
  return { type: 'edge', level: edge.level, atMs: edge.atMs, lost: edge.lost };
}

function levelOf(start: Level, moves: readonly Move[], atMs: number): Level {
  return moves.findLast((move) => move.atMs <= atMs)?.level ?? start;
}

export function playTrace({ button, start = 0, line, blocked = [] }: Trace): string[] {
  const moves = movesOf(line);
  const settings = buttons[button];
  const ends = [...moves.map(({ atMs }) => atMs), ...blocked.map(([, to]) => to)];
  const untilMs = Math.max(0, ...ends) + 40_000;
  return play({ settings, start, moves, blocked, untilMs }).map(sayEvent);
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
