import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Gesture, PressEvent } from '../../src/gpio/press-events.ts';
import { buttons, type Move, play } from './play.ts';
import type { Button } from './traces/trace.ts';

const debounceMs = 30;
const runs = { numRuns: 400, seed: 1 };

/** Pushes of all kinds. */
const button = fc.constantFrom<Button>('plain', 'hold', 'double', 'both');
/** How long the line keeps each level, beginning at rest: spikes, bounces, taps, holds. */
const lengths = (longest: fc.Arbitrary<number>) => fc.array(longest, { maxLength: 80 });
const anyLength = fc.oneof(
  fc.double({ min: 0.01, max: 5, noNaN: true }),
  fc.integer({ min: 5, max: 60 }),
  fc.integer({ min: 30, max: 600 }),
  fc.integer({ min: 500, max: 5_000 }),
);

function movesOf(all: readonly number[], lost: readonly boolean[] = []): Move[] {
  let atMs = 100;
  return all.map((length, index) => {
    atMs += length;
    const level = index % 2 === 0 ? 1 : 0;
    return { level, atMs, lost: lost[index] ? 2 : 0, isTold: true };
  });
}

type Pressing = {
  readonly button: Button;
  readonly moves: readonly Move[];
  readonly lateMs?: number[];
};

function told({ button, moves, lateMs = [] }: Pressing): PressEvent[] {
  const untilMs = (moves.at(-1)?.atMs ?? 0) + 40_000;
  const lateness = (turn: number) => lateMs[turn % Math.max(1, lateMs.length)] ?? 0;
  return play({
    settings: buttons[button],
    start: 0,
    moves,
    blocked: [],
    lateMs: lateness,
    untilMs,
  });
}

const isGesture = (event: PressEvent): event is Gesture =>
  event.is === 'click' || event.is === 'double' || event.is === 'hold';

test('no line that never stays active for the debounce time makes a press', () => {
  const short = fc.double({ min: 0.01, max: debounceMs - 0.01, noNaN: true });
  const pairs = fc.array(fc.tuple(anyLength, short), { maxLength: 60 });
  fc.assert(
    fc.property(button, pairs, fc.array(fc.nat(60)), (name, all, lateMs) => {
      const events = told({ button: name, moves: movesOf(all.flat()), lateMs });
      expect(events.filter(({ is }) => is !== 'faulty' && is !== 'well')).toEqual([]);
    }),
    runs,
  );
});

test('a press is one thing: never a click and a hold, never two', () => {
  fc.assert(
    fc.property(
      button,
      lengths(anyLength),
      fc.array(fc.boolean()),
      fc.array(fc.nat(60)),
      (name, all, lost, lateMs) => {
        const gestures = told({ button: name, moves: movesOf(all, lost), lateMs }).filter(
          isGesture,
        );
        const downs = gestures.map((event) => event.downMs);
        expect(new Set(downs).size).toBe(downs.length);
      },
    ),
    runs,
  );
});

test('no time lies before its edge: down, meant, recognised', () => {
  fc.assert(
    fc.property(button, lengths(anyLength), fc.array(fc.nat(60)), (name, all, lateMs) => {
      const moves = movesOf(all);
      const edges = new Set(moves.map(({ atMs }) => atMs));
      let recognisedMs = 0;
      for (const event of told({ button: name, moves, lateMs })) {
        expect(event.atMs).toBeGreaterThanOrEqual(recognisedMs);
        recognisedMs = event.atMs;
        if (!isGesture(event)) continue;
        expect(edges.has(event.downMs)).toBe(true);
        expect(event.meantMs).toBeGreaterThan(event.downMs);
        expect(event.atMs).toBeGreaterThanOrEqual(event.meantMs);
      }
    }),
    runs,
  );
});

test('whatever was before: after three seconds at rest a clean click is a click', () => {
  fc.assert(
    fc.property(
      button,
      lengths(anyLength),
      fc.array(fc.boolean()),
      fc.array(fc.nat(60)),
      fc.integer({ min: 62, max: 1_900 }),
      (name, all, lost, lateMs, length) => {
        const before = movesOf(all.length % 2 === 0 ? all : all.slice(1), lost);
        const downMs = (before.at(-1)?.atMs ?? 0) + 3_000;
        const upMs = downMs + length;
        const tap = { lost: 0, isTold: true };
        const moves: Move[] = [
          ...before,
          { ...tap, level: 1, atMs: downMs },
          { ...tap, level: 0, atMs: upMs },
        ];
        const last = told({ button: name, moves, lateMs }).filter(isGesture).at(-1);
        expect(last).toMatchObject({ is: 'click', downMs, meantMs: upMs });
      },
    ),
    runs,
  );
});

test('a hold is told only while the line was active up to its threshold', () => {
  fc.assert(
    fc.property(lengths(anyLength), fc.array(fc.nat(60)), (all, lateMs) => {
      const moves = movesOf(all);
      for (const event of told({ button: 'hold', moves, lateMs })) {
        if (event.is !== 'hold') continue;
        const { downMs, meantMs } = event;
        const rests = moves.flatMap(({ level, atMs }, index) => {
          const untilMs = moves[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
          return level === 0 ? [[atMs, untilMs] as const] : [];
        });
        const released = rests.filter(
          ([from, to]) => from > downMs && from < meantMs && to - from >= debounceMs,
        );
        expect(released).toEqual([]);
      }
    }),
    runs,
  );
});

test('where nobody stamps edges, a hold is one only if the finger was down at or after its threshold', () => {
  const late = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1 });
  const holdUp = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 5_000 }));
  fc.assert(
    fc.property(
      lengths(anyLength),
      late,
      fc.array(holdUp, { maxLength: 5 }),
      (all, lateMs, held) => {
        const moves = movesOf(all);
        const blocked = held.map(([fromMs, length]) => [fromMs, fromMs + length] as const);
        const events = play({
          settings: buttons.hold,
          start: 0,
          moves,
          blocked,
          lateMs: (turn) => lateMs[turn % lateMs.length] ?? 0,
          unstamped: true,
          untilMs: (moves.at(-1)?.atMs ?? 0) + 60_000,
        });
        for (const event of events) {
          if (event.is !== 'hold') continue;
          const { meantMs, atMs } = event;
          const wasDown = moves.some((move, index) => {
            const untilMs = moves[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
            return move.level === 1 && move.atMs <= atMs && untilMs > meantMs;
          });
          expect(wasDown).toBe(true);
        }
        const downs = events.filter(isGesture).map(({ downMs }) => downMs);
        expect(new Set(downs).size).toBe(downs.length);
      },
    ),
    runs,
  );
});

test('what is faulty is told once, and over once', () => {
  fc.assert(
    fc.property(button, lengths(anyLength), fc.array(fc.nat(60)), (name, all, lateMs) => {
      const kinds = told({ button: name, moves: movesOf(all), lateMs }).map(({ is }) => is);
      const isFaulty = kinds.map(
        (_, index) =>
          kinds.slice(0, index).lastIndexOf('faulty') > kinds.slice(0, index).lastIndexOf('well'),
      );
      for (const [index, is] of kinds.entries()) expect(is === 'well').toBe(isFaulty[index]);
    }),
    runs,
  );
});
