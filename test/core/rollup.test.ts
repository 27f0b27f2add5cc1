import { expect, test } from 'vitest';
import { type RollupFact, type RollupWish, rollup, rollupGroups } from '../../src/core/rollup.ts';
import {
  type Health,
  type ModuleState,
  moduleStates,
  type RigDesired,
  rigStatuses,
  type Status,
} from '../../src/protocol/vocabulary.ts';
import { rigByHand, statusByHand } from '../simulation/status-by-hand.ts';

const healths: readonly Health[] = ['ok', 'degraded', 'stalled', 'unresponsive', 'unknown'];
const wishes: readonly RigDesired[] = ['idle', 'recording', 'paused'];
const commands = ['none', 'arming', 'stopping'] as const;
const statuses: readonly Status[] = rigStatuses;

const facts: readonly RollupFact[] = moduleStates.flatMap((state) =>
  healths.flatMap((health) => [true, false].map((required) => ({ state, health, required }))),
);
const rigWishes: readonly RollupWish[] = wishes.flatMap((desired) =>
  commands.map((command) => ({ desired, command })),
);

/** Every rig of up to three modules, once, whatever the order of its modules. */
function* rigs(): Generator<readonly RollupFact[]> {
  yield [];
  for (const [i, a] of facts.entries()) {
    yield [a];
    for (const [j, b] of facts.slice(i).entries()) {
      yield [a, b];
      for (const c of facts.slice(i + j)) yield [a, b, c];
    }
  }
}

test('every rig of up to three modules rolls up as the list of rules says, in whatever order its modules are', () => {
  let seen = 0;
  const wrong: unknown[] = [];
  for (const wanted of rigs()) {
    const turned = wanted.toReversed();
    for (const wish of rigWishes) {
      seen += 1;
      const expected = statusByHand(wanted, wish.desired, wish.command);
      const isRight = rollup(wanted, wish) === expected && rollup(turned, wish) === expected;
      if (!isRight && wrong.length < 5) wrong.push({ wanted, wish, expected });
    }
  }
  expect(wrong).toEqual([]);
  expect(seen).toBe(9 * (1 + 80 + 3_240 + 88_560));
});

test('every rig of up to three groups rolls up as the list of rules says', () => {
  for (const a of statuses) {
    for (const b of statuses) {
      for (const c of statuses) {
        for (const whole of statuses) {
          const live = [a, b, c].filter((status) => status !== 'off');
          expect(rollupGroups([a, b, c], whole)).toBe(rigByHand(live, whole));
        }
      }
    }
  }
  expect(rollupGroups([], 'idle')).toBe('off');
});

type Row = readonly [string, readonly RollupFact[], RigDesired, RollupWish['command'], Status];

const on = (state: ModuleState, health: Health = 'ok'): RollupFact => ({
  state,
  health,
  required: true,
});
const extra = (state: ModuleState, health: Health = 'ok'): RollupFact => ({
  state,
  health,
  required: false,
});

// The rules once more as rows a person can check against the words of the product: the first that fits wins.
const rows: readonly Row[] = [
  ['nobody is wanted', [], 'recording', 'arming', 'off'],
  ['all are paused', [on('paused'), extra('paused')], 'paused', 'none', 'paused'],
  ['all are paused while they are stopped', [on('paused')], 'idle', 'stopping', 'paused'],
  [
    'every required one is down',
    [on('crashed'), on('error'), extra('idle')],
    'idle',
    'none',
    'error',
  ],
  [
    'every required one is down in a start',
    [on('crashed'), extra('idle')],
    'recording',
    'arming',
    'error',
  ],
  ['none is required and one works', [extra('crashed'), extra('idle')], 'idle', 'none', 'degraded'],
  [
    'none is required and all are down',
    [extra('crashed'), extra('error')],
    'idle',
    'none',
    'error',
  ],
  ['one of two is down', [on('crashed'), on('idle')], 'idle', 'none', 'degraded'],
  [
    'one that may lack is down',
    [on('recording'), extra('crashed')],
    'recording',
    'none',
    'degraded',
  ],
  ['one is stalled', [on('recording', 'stalled')], 'recording', 'none', 'degraded'],
  ['one does not answer', [on('idle', 'unresponsive')], 'idle', 'none', 'degraded'],
  ['one is degraded only', [on('recording', 'degraded')], 'recording', 'none', 'recording'],
  [
    'a required one does not record',
    [on('recording'), on('idle')],
    'recording',
    'none',
    'degraded',
  ],
  [
    'one that may lack does not record',
    [on('recording'), extra('idle')],
    'recording',
    'none',
    'recording',
  ],
  ['a start is under way', [on('recording'), on('idle')], 'recording', 'arming', 'arming'],
  ['a stop is under way', [on('recording')], 'idle', 'stopping', 'stopping'],
  [
    'every required one records',
    [on('recording'), on('recording')],
    'recording',
    'none',
    'recording',
  ],
  ['one is starting', [on('starting'), on('idle')], 'idle', 'none', 'starting'],
  ['all are ready', [on('idle'), extra('idle')], 'idle', 'none', 'idle'],
  ['one is being stopped', [on('idle'), on('stopping')], 'idle', 'none', 'idle'],
  ['one waits for the end of a pause', [on('paused'), on('idle')], 'paused', 'none', 'paused'],
];

test.each(rows)('%s', (_, wanted, desired, command, status) => {
  expect(rollup(wanted, { desired, command })).toBe(status);
});

test.each<readonly [string, readonly Status[], Status, Status]>([
  [
    'groups without a wanted module count for nothing',
    ['off', 'recording'],
    'recording',
    'recording',
  ],
  ['a rig whose groups are all off is off', ['off', 'off'], 'idle', 'off'],
  [
    'a rig whose groups are all in error is in error',
    ['error', 'off', 'error'],
    'degraded',
    'error',
  ],
  [
    'one group in error beside one that works is degraded',
    ['error', 'recording'],
    'recording',
    'degraded',
  ],
  ['one degraded group makes the rig degraded', ['degraded', 'idle'], 'idle', 'degraded'],
])('%s', (_, groups, whole, status) => {
  expect(rollupGroups(groups, whole)).toBe(status);
});
