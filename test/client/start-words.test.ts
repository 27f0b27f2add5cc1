import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { connect } from '../../src/client/connection.ts';
import { startWords } from '../../src/client/start-words.ts';
import { StartWords } from '../../src/daemon/store/start-words.ts';
import { temporaryRunDir } from '../daemon/serve/served-rig.ts';

const quiet = () => undefined;

test('who waits for a daemon is told what it does before it serves, and no more once it serves', async () => {
  const runDir = temporaryRunDir();
  const start = new StartWords(runDir, quiet);
  expect(startWords(runDir)).toBeNull();
  start.say('looking at session 0041 that was left open: 3 of 7 files', 'news');
  await expect(connect(runDir, { name: 'test' })).rejects.toMatchObject({
    starting: true,
    message: `the daemon in ${runDir} is starting: looking at session 0041 that was left open: 3 of 7 files`,
  });
  start.end();
  expect(startWords(runDir)).toBeNull();
  await expect(connect(runDir, { name: 'test' })).rejects.toMatchObject({
    starting: false,
    message: `no daemon answers in ${runDir}`,
  });
  start.say('too late', 'news');
  expect(existsSync(`${runDir}/starting.json`)).toBe(false);
});

test('the words of a daemon that died, of long ago, or torn, are none', () => {
  const runDir = temporaryRunDir();
  const file = `${runDir}/starting.json`;
  const write = (said: unknown) => writeFileSync(file, JSON.stringify(said));
  write({ version: 1, pid: 2 ** 22 + 1, words: 'dead' }); // above the highest pid of Linux
  expect(startWords(runDir)).toBeNull();
  write({ version: 1, pid: process.pid, words: 'alive' });
  expect(startWords(runDir)).toBe('alive');
  utimesSync(file, 1, 1);
  expect(startWords(runDir)).toBeNull();
  for (const torn of [null, [], { pid: 'x' }, { pid: process.pid }]) {
    write(torn);
    expect(startWords(runDir)).toBeNull();
  }
  writeFileSync(file, '{');
  expect(startWords(runDir)).toBeNull();
});
