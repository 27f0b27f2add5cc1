import { expect, test } from 'vitest';
import { rigGroup } from '../../../src/daemon/serve/rig-group.ts';

const groups = 'root:x:0:\nrigdeck:x:995:pi\npi:x:1000:\n';

test('the control socket is given to the group rigdeck where the daemon is in it, or is root', () => {
  expect(rigGroup(groups, [1_000, 995])).toBe(995);
  expect(rigGroup(groups, null)).toBe(995);
});

test('it stays with its owner where that group is not there, or not his', () => {
  expect(rigGroup('root:x:0:\nrigdeckers:x:7:\n', null)).toBeUndefined();
  expect(rigGroup(groups, [1_000])).toBeUndefined();
});
