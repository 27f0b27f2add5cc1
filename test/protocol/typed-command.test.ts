import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import {
  addressed,
  asksDaemon,
  nearest,
  readsFiles,
  screenCommand,
  speakOf,
  speakTo,
  toType,
} from '../../src/protocol/typed-command.ts';

const flagged = {
  program: 'rigdeck',
  toDaemon: ['--run-dir', '/run/b'],
  whole: ['--config', '/etc/b.yaml', '--run-dir', '/run/b'],
};
const beside = { ...nearest, program: '/tmp/rigdeck-demo-Ab12Cd/rigdeck' };

afterEach(() => speakOf(nearest));

test.each([
  [
    'Let it go on: kill -CONT 7. Or: rigdeck restart mic',
    'Let it go on: kill -CONT 7. Or: rigdeck --run-dir /run/b restart mic',
  ],
  [
    'Mend it: rigdeck session end && rigdeck sessions recover 0042',
    'Mend it: rigdeck --run-dir /run/b session end && rigdeck --config /etc/b.yaml --run-dir /run/b sessions recover 0042',
  ],
  [
    'rigdeck down, then rigdeck up.',
    'rigdeck --run-dir /run/b down, then rigdeck --config /etc/b.yaml --run-dir /run/b up.',
  ],
  [
    'Take it over: rigdeck config apply. Correct it (rigdeck config check)',
    'Take it over: rigdeck --run-dir /run/b config apply. Correct it (rigdeck --config /etc/b.yaml --run-dir /run/b config check)',
  ],
  ['See `rigdeck status`.', 'See `rigdeck --run-dir /run/b status`.'],
])('a command is typed so that it means the rig that is spoken of: %s', (words, typed) => {
  expect(addressed(words, flagged)).toBe(typed);
  expect(addressed(words, nearest)).toBe(words);
});

test.each([
  'Install the same version of rigdeck for the daemon and its clients.',
  'rigdeck is a service on this machine and does not run',
  'sudo systemctl start rigdeck',
  'sudo rigdeck service install',
  'See `rigdeck help record`.',
  'Write one with `rigdeck config init`, or try `rigdeck demo`.',
  'the socket /run/rigdeck status is not there',
  'try my-rigdeck status',
])('what speaks of no rig stays as it is: %s', (words) => {
  expect(addressed(words, flagged)).toBe(words);
});

test('a program that knows its rig needs no flags, and a folder with a space is quoted', () => {
  expect(addressed('rigdeck restart mic', beside)).toBe(
    '/tmp/rigdeck-demo-Ab12Cd/rigdeck restart mic',
  );
  const odd = { ...nearest, toDaemon: ['--run-dir', "/tmp/kim's rig"] };
  expect(addressed('rigdeck status', odd)).toBe("rigdeck --run-dir '/tmp/kim'\\''s rig' status");
});

test.each([
  ['See `rigdeck status`.', 'See `rigdeck --host pi@rig status`.'],
  [
    'Let it go on: kill -CONT 7. Or: rigdeck restart mic',
    'Let it go on: kill -CONT 7 (on the rig). Or: rigdeck --host pi@rig restart mic',
  ],
  [
    'Start it with `systemctl start rigdeck`.',
    'Start it with `systemctl start rigdeck` (on the rig).',
  ],
  ['sudo rigdeck service install', 'sudo rigdeck service install (on the rig)'],
  [
    'Write one with `rigdeck config init`, or try `rigdeck demo`.',
    'Write one with `rigdeck --host pi@rig config init`, or try `rigdeck demo`.',
  ],
  ['Look for errors of the disk (dmesg).', 'Look for errors of the disk (dmesg) (on the rig).'],
  ['Plug the disk in and mount it again.', 'Plug the disk in and mount it again.'],
])('to somebody far away a command is said as it is typed there: %s', (words, typed) => {
  expect(addressed(words, nearest, 'pi@rig')).toBe(typed);
});

test('flags that were typed behind --host are typed there again', () => {
  speakTo('pi@rig');
  onTestFinished(() => speakTo(null));
  speakOf(flagged);
  expect(toType('rigdeck status')).toBe('rigdeck --host pi@rig --run-dir /run/b status');
  expect(screenCommand()).toBe('rigdeck --host pi@rig --config /etc/b.yaml --run-dir /run/b');
});

test('a process is told once which rig it speaks of', () => {
  expect(toType('rigdeck status')).toBe('rigdeck status');
  speakOf(flagged);
  expect(toType('rigdeck status')).toBe('rigdeck --run-dir /run/b status');
  expect(screenCommand()).toBe('rigdeck --config /etc/b.yaml --run-dir /run/b');
});

/** Commands that mean no rig that runs: of the machine, of modules that are written, of words. `is` is a word of prose, too. */
const elsewhere = ['demo', 'service', 'completion', 'help', 'is', 'module new', 'module test'];
const ofNobody = ['config init', 'config schema'];

test('every command is known to ask the daemon, to read files, or to speak of no rig', () => {
  const program = createProgram(() => undefined);
  const names = program.commands.flatMap((command) => {
    const isSplit = ['config', 'module'].includes(command.name());
    return isSplit
      ? command.commands.map((each) => `${command.name()} ${each.name()}`)
      : [command.name()];
  });
  expect(names.length).toBeGreaterThan(25);
  const known = [...asksDaemon, ...readsFiles, ...elsewhere, ...ofNobody];
  expect(names.filter((name) => !known.includes(name))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});
