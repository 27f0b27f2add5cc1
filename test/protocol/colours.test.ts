import { describe, expect, test } from 'vitest';
import { type Look, looks } from '../../src/protocol/badge.ts';
import { painted, paints } from '../../src/protocol/theme.ts';

type Triple = readonly [number, number, number];

// G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
// IEEE Transactions on Visualization and Computer Graphics 15 (2009), severity 1.0, on linear RGB.
const sights: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** A colour of the 256 (xterm's 256colres.h) in linear RGB; the first 16 are each terminal's own. */
function linear(colour: number): Triple {
  const steps = [0, 95, 135, 175, 215, 255];
  const at = colour - 16;
  const cube = [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(
    (step) => steps[step] ?? 0,
  );
  const grey = 8 + 10 * (colour - 232);
  const [r = 0, g = 0, b = 0] = (colour >= 232 ? [grey, grey, grey] : cube).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return [r, g, b];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** How far two colours are apart for an eye, as CIE 1976 has it; about 2.3 is just seen (Mahy, 1994). */
function apart(one: number, other: number, sight: readonly [Triple, Triple, Triple]): number {
  const [a, b] = [lab(one, sight), lab(other, sight)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function lab(colour: number, sight: readonly [Triple, Triple, Triple]): Triple {
  const light = linear(colour);
  const part = (row: Triple) => Math.min(1, Math.max(0, dot(row, light)));
  const seen: Triple = [part(sight[0]), part(sight[1]), part(sight[2])];
  const bend = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = bend(dot([0.4124, 0.3576, 0.1805], seen) / 0.95047);
  const y = bend(dot([0.2126, 0.7152, 0.0722], seen));
  const z = bend(dot([0.0193, 0.1192, 0.9505], seen) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** WCAG 2.1, "contrast ratio", on black. */
function contrast(colour: number): number {
  return (dot([0.2126, 0.7152, 0.0722], linear(colour)) + 0.05) / 0.05;
}

const all = Object.values(looks);
const pairs = all.flatMap((one, at) => all.slice(at + 1).map((other) => [one, other] as const));

test('no two badges are told apart by their colour alone: glyph and word differ, in ASCII too', () => {
  expect(pairs).toHaveLength(36);
  for (const [one, other] of pairs) {
    expect(`${one.glyph} ${one.word}`).not.toBe(`${other.glyph} ${other.word}`);
    expect(`${one.ascii} ${one.word}`).not.toBe(`${other.ascii} ${other.word}`);
  }
});

describe.each(Object.entries(sights))('with %s', (_, sight) => {
  test.each([
    ['default', 9, (look: Look) => look.colour256],
    ['high contrast', 7, (look: Look) => look.strong256],
  ])(
    'two badges of the %s that differ in colour differ for the eye by at least %i',
    (_name, least, colourOf) => {
      const near = pairs.flatMap(([one, other]) => {
        const [a, b] = [colourOf(one), colourOf(other)];
        return a !== b && apart(a, b, sight) < least ? [`${one.word} ${other.word}`] : [];
      });
      expect(near).toEqual([]);
    },
  );
});

test('every colour is read on black: 4.5 to 1, and 7 to 1 in the high contrast', () => {
  expect(all.filter(({ colour256 }) => contrast(colour256) < 4.5)).toEqual([]);
  expect(all.filter(({ strong256 }) => contrast(strong256) < 7)).toEqual([]);
});

test('the high contrast brings its own black and has nothing faint', () => {
  const theme = { colours: '256', ascii: false, contrast: 'high' } as const;
  expect(painted('OFF', looks.disabled, theme)).toBe('\u001b[1;38;5;252;48;5;16mOFF\u001b[0m');
  expect(painted('2 h', paints.dim, theme)).toBe('2 h');
  const sixteen = { ...theme, colours: '16' } as const;
  expect(painted('OFF', looks.disabled, sixteen)).toBe('\u001b[1;97;40mOFF\u001b[0m');
  expect(painted('IDLE', looks.idle, sixteen)).toBe('\u001b[1;92;40mIDLE\u001b[0m');
});
