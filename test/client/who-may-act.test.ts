import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { howToAct } from '../../src/client/who-may-act.ts';

function files(groups: (gid: number) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-group-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [socket, groupFile] = [join(folder, 'control.sock'), join(folder, 'group')];
  writeFileSync(socket, '');
  writeFileSync(groupFile, groups(statSync(socket).gid));
  return { socket, groupFile };
}

test('who may only look is told to join the group that may act', () => {
  const { socket, groupFile } = files((gid) => `root:x:0:\nrigdeck:x:${gid}:pi\n`);
  expect(howToAct(socket, groupFile)).toContain('usermod -aG rigdeck');
});

test.each([
  ['there is no such group', () => 'root:x:0:\nrigdecks:x:7:\n'],
  ['the daemon is older than the group', (gid: number) => `rigdeck:x:${gid + 1}:\n`],
])('who may only look is told to make the group where %s', (_, groups) => {
  const { socket, groupFile } = files(groups);
  expect(howToAct(socket, groupFile)).toContain('groupadd --system rigdeck');
});
