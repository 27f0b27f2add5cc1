import { expect, test } from 'vitest';
import { isLegalMove } from '../../src/core/invariants.ts';
import { moduleStates } from '../../src/protocol/vocabulary.ts';
import { isMoveByHand } from '../simulation/status-by-hand.ts';
import { begun, CoreRig, ready, recording } from './support/core-rig.ts';

const pair = { modules: { mic: {}, gps: {} } };
const every = moduleStates.flatMap((from) => moduleStates.map((to) => [from, to] as const));

test('of the 64 thinkable moves the same are legal as in the product’s words', () => {
  const legal = every.filter(([from, to]) => isLegalMove(from, to));
  expect(legal).toEqual(every.filter(([from, to]) => isMoveByHand(from, to)));
  expect(legal).toHaveLength(29);
});

test('moves that would lie are illegal', () => {
  expect(isLegalMove('disabled', 'idle')).toBe(false);
  expect(isLegalMove('disabled', 'recording')).toBe(false);
  expect(isLegalMove('disabled', 'crashed')).toBe(false);
  expect(isLegalMove('starting', 'recording')).toBe(false);
  expect(isLegalMove('starting', 'disabled')).toBe(false);
  expect(isLegalMove('crashed', 'idle')).toBe(false);
  expect(isLegalMove('crashed', 'recording')).toBe(false);
  expect(isLegalMove('stopping', 'recording')).toBe(false);
  expect(isLegalMove('idle', 'paused')).toBe(false);
});

test('each move is remembered with its instant, cause and actor', () => {
  const rig = ready(pair);
  rig.pass(5_000);
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.exits('mic', { code: 0 });
  const at = new Date(rig.wallMs).toISOString();
  expect(rig.manager.transitions('mic').slice(1)).toEqual([
    { from: 'starting', to: 'idle', at: expect.any(String), cause: 'said', actor: 'somebody' },
    { from: 'idle', to: 'stopping', at, cause: 'module.disable', actor: 'pi@pts/2' },
    { from: 'stopping', to: 'disabled', at, cause: 'exited', actor: 'somebody' },
  ]);
  expect(rig.module('mic').stateSince).toBe(at);
});

test('at most a hundred moves of a module are remembered, the newest', () => {
  const rig = ready(pair);
  for (let n = 0; n < 80; n++) {
    rig.ask({ kind: 'module.disable', module: 'mic' });
    rig.exits('mic', { code: 0 });
    rig.ask({ kind: 'module.enable', module: 'mic' });
    rig.saysReady('mic');
  }
  const moves = rig.manager.transitions('mic');
  expect(moves).toHaveLength(100);
  expect(moves.at(-1)).toMatchObject({ from: 'starting', to: 'idle' });
  expect(rig.manager.transitions('gps')).toHaveLength(2);
});

test('what is published of a module moves only along legal moves, also where one step does much', () => {
  const rig = recording({ modules: { mic: {}, gps: { onStall: 'restart' } } });
  rig.look('gps', 'no');
  rig.look('gps', 'no');
  rig.exits('gps', { signal: 'SIGINT' });
  rig.exits('mic', { code: 78 });
  rig.ask({ kind: 'module.disable', module: 'mic' });
  rig.pass(600_000);
  const moves = ['mic', 'gps'].flatMap((name) => rig.manager.transitions(name));
  expect(moves.length).toBeGreaterThan(10);
  for (const { from, to } of moves) expect(isMoveByHand(from, to)).toBe(true);
});

test('words that do not fit are counted and journalled, and a flood of them fills no journal', () => {
  const rig = ready(pair);
  for (let n = 0; n < 5_000; n++) rig.says('mic', { is: 'paused' });
  expect(rig.manager.state().modules['mic']?.oddities).toBe(5_000);
  expect(rig.of('journal')).toHaveLength(105);
  expect(rig.module('mic').state).toBe('idle');
});

test('words of a module that is not up are odd, whatever they are, and change nothing', () => {
  const rig = begun(pair);
  const before = rig.snapshot();
  rig.saysArmed('mic');
  rig.saysRecording('mic');
  rig.says('mic', { is: 'paused' });
  rig.saysIdle('mic');
  rig.says('mic', { is: 'finalizing', etaMs: 5 });
  expect(rig.snapshot()).toEqual(before);
  expect(rig.manager.state().modules['mic']?.oddities).toBe(5);
});

test('the newest inputs are kept for a state dump, and no more than 64 of them', () => {
  const rig = new CoreRig(pair);
  rig.input({ type: 'boot', record: null });
  for (let n = 0; n < 100; n++) rig.says('mic', { is: 'paused' });
  expect(rig.manager.recentInputs()).toHaveLength(64);
});
