import { expect, test } from 'vitest';
import { ledCard } from '../../scripts/led-card.ts';
import { rhythmWords } from '../../src/protocol/rhythm.ts';
import { sourceOf } from './pages.ts';

const lines = ledCard().trimEnd().split('\n');

test('the card fits on A6 at 15 characters and 8 lines an inch, in letters that every printer has', () => {
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([56]));
  expect(lines.length).toBeLessThanOrEqual(44);
  expect(lines.filter((line) => !/^[ -~]+$/.test(line))).toEqual([]);
});

test('the card has every rhythm that a driven light can show', () => {
  const { off, ...driven } = rhythmWords;
  expect(off.looks).toBe('dark');
  const card = ledCard();
  const missing = Object.values(driven).filter(
    ({ looks }) => !card.includes(`| ${looks.toUpperCase()}  `),
  );
  expect(missing).toEqual([]);
});

test('the gestures on the card are those of the panel that the first rig.yaml has', () => {
  const first = sourceOf('src/daemon/first-config/first-config.ts');
  expect(first).toContain('click: record.start, hold: { after: 2s, do: record.stop }');
  expect(ledCard()).toMatch(/\| click +starts a recording/);
  expect(ledCard()).toMatch(/\| hold for 2 s +stops it/);
});
