import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { RigDesired } from '../../../src/protocol/vocabulary.ts';
import { encode } from '../../../src/tui/line.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import { newPanel } from '../../../src/tui/view/screens.ts';
import { aPanel, aSituation, aSnapshot, aView } from '../support/rig-view.ts';

/** The panel page of a rig that has a switch which stands like this. */
function page(pressed: boolean, desired: RigDesired): string {
  const does = { click: null, double: null, hold: null, level: 'record' };
  const run = { line: 'GPIO17', pin: 11, state: 'ok', pressed, does } as const;
  const gpio = { ...aPanel, buttons: { run } };
  const now = aSituation(aView(aSnapshot({ gpio, rig: { desired } })), {
    view: { screen: newPanel },
  });
  return frameOf(now)
    .lines.map((line) => encode(line, now.width, now.theme))
    .join('\n');
}

test.each([
  [true, 'recording', /run {2}on *\n/],
  [true, 'idle', /run {2}on, and nothing is recorded: turn it off and on/],
  [false, 'idle', /run {2}off *\n/],
  [false, 'recording', /run {2}off, and the rig is to record all the same/],
] as const)(
  'a switch that stands on: %s while the wish of the rig is %s says so',
  (isOn, wish, words) => {
    expect(stripVTControlCharacters(page(isOn, wish))).toMatch(words);
  },
);
