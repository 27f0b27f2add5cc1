import { expect, test } from 'vitest';
import { widthOf } from '../../../src/protocol/text.ts';
import type { Theme } from '../../../src/protocol/theme.ts';
import { encode } from '../../../src/tui/line.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import { emptyLog } from '../../../src/tui/view/log-screen.ts';
import {
  dashboard,
  historyOf,
  modulePage,
  newPanel,
  newPreflight,
  type Screen,
} from '../../../src/tui/view/screens.ts';
import { createPrng, type Prng } from '../../support/prng.ts';
import { drawn, isBroken } from '../support/picture.ts';
import { anyView, anyWords } from '../support/random-view.ts';
import { aSituation, noon } from '../support/rig-view.ts';
import { unpainted } from '../support/unpainted.ts';

const themes: readonly Theme[] = [
  { colours: '256', ascii: false },
  { colours: 'none', ascii: false },
  { colours: '16', ascii: true },
  { colours: '256', ascii: false, contrast: 'high' },
];

/** Any screen, of a rig whose modules are called so and whose groups are called so. */
function anyScreen(prng: Prng, names: readonly string[], groups: readonly string[]): Screen {
  const module = names.length === 0 || prng.chance(0.1) ? 'gone' : prng.pick(names);
  const lines = Array.from({ length: prng.int(0, 40) }, () => anyWords(prng, 300));
  const log = { ...emptyLog(module), lines, wraps: prng.chance(0.5) };
  const folded = groups.filter(() => prng.chance(0.5));
  return prng.pick<Screen>([
    { ...dashboard, folded },
    { ...dashboard, folded },
    { ...dashboard, find: anyWords(prng, 2), only: prng.pick(['all', 'problems']) },
    { kind: 'confirm-stop', epoch: 'e1', trial: 7 },
    { kind: 'confirm-leave' },
    { kind: 'help', query: anyWords(prng, 3), top: prng.int(0, 90) },
    { kind: 'problems', selected: null },
    { kind: 'prompt', text: anyWords(prng, 200) },
    { ...modulePage(module), log, top: prng.int(0, 40) },
    log,
    historyOf(null),
    newPreflight,
    { ...newPanel, shows: prng.pick(['parts', 'wiring']) },
  ]);
}

/** A moment at any terminal from 1 x 1 to 300 x 100; small ones are the harder ones. */
function anySituation(seed: number) {
  const prng = createPrng(seed);
  const remote = anyView(prng);
  const names = Object.keys(remote.snapshot?.modules ?? {});
  const groups = Object.values(remote.snapshot?.modules ?? {}).map(({ group }) => group);
  const screen = anyScreen(prng, names, groups);
  const isSmall = prng.chance(0.5);
  const [columns, rows] = [prng.int(1, isSmall ? 60 : 300), prng.int(1, isSmall ? 16 : 100)];
  const toast = { words: anyWords(prng, 200), tone: 'bad', untilMs: noon + 1 } as const;
  const notices = prng.chance(0.3) ? { toast } : {};
  const theme = prng.pick(themes);
  return {
    columns,
    rows,
    now: aSituation(remote, { columns, rows, view: { screen }, notices, theme }),
  };
}

const seeds = Array.from({ length: 400 }, (_, at) => at + 1);

test('every screen of every rig fits every terminal', () => {
  for (const seed of seeds) {
    const { columns, rows, now } = anySituation(seed);
    const { lines } = frameOf(now);
    const where = `seed ${seed}: ${now.screen.kind} at ${columns} x ${rows}`;
    expect(lines.length, where).toBeLessThanOrEqual(Math.max(1, rows - 1));
    for (const line of lines) {
      const text = unpainted(encode(line, columns, now.theme));
      expect(widthOf(text), `${where}: ${text}`).toBeLessThanOrEqual(Math.max(1, columns));
      expect(text, where).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  }
});

test('a terminal that measures for itself breaks no line of them', async () => {
  for (const seed of seeds.slice(0, 80)) {
    const { columns, rows, now } = anySituation(seed);
    if (columns < 2 || rows < 2) continue;
    expect(isBroken(await drawn(now)), `seed ${seed} at ${columns} x ${rows}`).toBe(false);
  }
});
