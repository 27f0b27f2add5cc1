import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../src/protocol/config.ts';
import { headerPins, pinOf } from '../../src/protocol/header-pins.ts';
import { pinout } from '../../src/protocol/pinout.ts';
import { widthOf } from '../../src/protocol/text.ts';
import { toAscii } from '../../src/protocol/theme.ts';
import { blocksOf, pageOf } from '../docs/pages.ts';

type Wired = { readonly line: string; readonly name: string };
const page = pageOf('docs/wiring.md');
const [block = ''] = blocksOf(page, 'yaml');
const { gpio } = parse(block) as { gpio: Record<'buttons' | 'leds', readonly Wired[]> };
const lines = [
  ...gpio.buttons.map(({ line, name }) => ({ line, name, kind: 'button' as const })),
  ...gpio.leds.map(({ line, name }) => ({ line, name, kind: 'led' as const })),
];

test('the header has 28 lines, each once', () => {
  const named = headerPins.filter((pin) => pin.startsWith('GPIO'));
  expect(headerPins).toHaveLength(40);
  expect(new Set(named).size).toBe(28);
  expect(named).toHaveLength(28);
  expect([pinOf('GPIO17'), pinOf('GPIO22'), pinOf('GPIO21'), pinOf('GPIO40')]).toEqual([
    11,
    15,
    40,
    null,
  ]);
});

test('the configuration in the wiring page is a whole rig.yaml', () => {
  expect(configSchema.parse(parse(block))).toMatchObject({ version: 1, gpio: { backend: 'auto' } });
});

test('the picture in the wiring page is that of the configuration which stands there', () => {
  const [picture = ''] = blocksOf(page, 'text');
  expect(picture.trimEnd().split('\n')).toEqual(pinout(lines).map((row) => row.trimEnd()));
});

test('the picture fits 80 columns, also with the longest names and in ASCII', () => {
  const name = 'a-name-that-is-as-long-as-it-may';
  const longest = headerPins.map((line) => ({ line, kind: 'button' as const, name }));
  const rows = pinout(longest);
  expect(rows).toHaveLength(20);
  expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(80);
  const ascii = rows.map(toAscii).join('');
  expect([...ascii].every((sign) => sign >= ' ' && sign <= '~')).toBe(true);
});
