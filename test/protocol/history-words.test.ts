import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../src/protocol/frames.ts';
import { sayEntry } from '../../src/protocol/history-words.ts';

const at = '2026-11-22T14:00:00.000Z';
const common = { at, epoch: 'e1', seq: 7 };

function moved(actor: string, ...what: readonly string[]): HistoryEntry {
  return { type: 'change', ...common, actor, cause: 'anything', what, modules: [] };
}

function wished(kind: string, outcome = 'done', more: object = {}): HistoryEntry {
  const rest = { module: null, reason: null, message: null, ...more };
  return { type: 'intent', ...common, actor: 'kim@pts/2 via ssh', kind, outcome, ...rest };
}

function happened(name: string, module: string | null, message: string): HistoryEntry {
  return { type: 'event', at, epoch: 'e1', name, module, message };
}

const kim = 'kim (rigdeck record)';

/** What stands in a journal, and what people read of it. */
const samples: readonly (readonly [HistoryEntry, string | null])[] = [
  // A start of the daemon
  [
    moved('boot', 'status idle -> starting', 'mic disabled -> starting'),
    'the daemon starts: mic is being started',
  ],
  [moved('module mic', 'mic starting: probing'), 'mic runs and gets ready'],
  [
    moved(
      'module mic',
      'status starting -> idle',
      'mic starting -> idle',
      'mic health unknown -> ok',
    ),
    'mic is ready',
  ],
  [
    happened('startup-complete', null, 'Every wanted module is ready or has failed.'),
    'Every wanted module is ready or has failed.',
  ],
  [
    moved('boot', 'mic adopted: recording, run 3, PID 4711', 'mic - -> recording'),
    'the daemon starts: mic went on meanwhile and records (run 3, process 4711)',
  ],
  // A recording
  [
    moved(kim, 'rig wished idle -> recording', 'rig idle -> arming', 'status idle -> arming'),
    'kim (rigdeck record): the rig shall record, a recording is being prepared',
  ],
  [
    moved('recordings', 'session 0001 opened', 'mic idle: arming', 'cam idle: arming'),
    'session 0001 is opened, mic opens its device and files, cam opens its device and files',
  ],
  [moved('module mic', 'mic idle: armed'), 'mic is armed, and waits for the common start'],
  [moved('module mic', 'mic idle: going'), 'mic is told when to begin'],
  [
    moved(
      'module mic',
      'rig arming -> recording',
      'status arming -> recording',
      'mic idle -> recording',
    ),
    'the recording begins, mic records',
  ],
  [
    moved('evidence', 'mic recording: settled', 'mic health unknown -> ok'),
    'data of mic were seen to land',
  ],
  [wished('record.start'), 'kim@pts/2 via ssh asked to start recording: done'],
  [
    moved('button GPIO27 (mark)', 'marker in trial 1: door'),
    'button GPIO27 (mark): marker in trial 1: door',
  ],
  [
    moved(kim, 'rig wished recording -> paused', 'mic recording: pausing'),
    'kim (rigdeck record): the recording shall pause, mic is being paused',
  ],
  [
    moved('module mic', 'rig recording -> paused', 'mic recording -> paused'),
    'the recording is paused, mic is paused',
  ],
  [
    moved('module mic', 'rig paused -> recording', 'mic paused -> recording'),
    'the recording goes on, mic records again',
  ],
  [
    moved(
      'storage',
      'rig wished recording -> idle',
      'rig recording -> stopping',
      'mic recording: finalizing',
    ),
    'storage: the rig shall not record any more, the recording is being stopped, mic finishes its files',
  ],
  [moved('module mic', 'mic recording -> idle'), 'mic records no more'],
  [moved('recordings', 'rig stopping -> idle', 'status stopping -> idle'), 'the recording is over'],
  [moved('recordings', 'rig arming -> idle'), 'the start is over, and nothing is recorded'],
  [moved('recordings', 'session ended'), 'the session is closed'],
  // What goes wrong
  [
    moved(
      'module flaky',
      'status recording -> degraded',
      'flaky recording -> crashed',
      'flaky health ok -> unknown',
      'flaky ended by itself with exit code 1; it said: error: here it crashes.',
    ),
    'the rig works in part only (degraded), flaky has ended unexpectedly (crashed), flaky ended by itself with exit code 1; it said: error: here it crashes.',
  ],
  [
    moved('clock', 'status degraded -> recording', 'flaky crashed -> starting'),
    'the rig works again, flaky is started again',
  ],
  [
    moved('rig', 'flaky problem over: ended by itself with exit code 1'),
    'past: flaky ended by itself with exit code 1',
  ],
  [moved('rig', 'problem: Only 1 GB is free.'), 'problem: Only 1 GB is free.'],
  [moved('rig', 'rig problem over: Only 1 GB is free'), 'past: Only 1 GB is free'],
  [moved('evidence', 'cam health ok -> stalled'), 'cam is stalled: no data land'],
  [moved('evidence', 'cam health stalled -> ok'), 'cam is well again'],
  [moved('health', 'cam health ok -> unresponsive'), 'cam does not answer'],
  [moved('clock', 'cam stopping: SIGTERM'), 'cam does not end: it is sent SIGTERM'],
  [
    happened('ended-unwatched', 'mic', 'run 3 was ended by SIGKILL'),
    'mic: run 3 was ended by SIGKILL while no daemon watched',
  ],
  [
    happened('refused-move', 'mic', 'paused while recording'),
    'what a module said did not fit and was left out: mic: paused while recording',
  ],
  [
    happened('clock-stepped', null, 'the wall clock was set by -3600000 ms'),
    'the clock of the rig was set back by 1 h',
  ],
  // Wishes
  [
    moved(kim, 'flaky wished on -> off', 'flaky recording -> stopping'),
    'kim (rigdeck record): flaky is switched off, flaky is being stopped',
  ],
  [
    wished('module.disable', 'accepted', { module: 'flaky' }),
    'kim@pts/2 via ssh asked to switch flaky off: taken, it is under way',
  ],
  [
    wished('module.restart', 'refused', {
      module: 'mic',
      reason: 'stale',
      message: 'mic changed since you looked',
    }),
    'kim@pts/2 via ssh asked to restart mic: refused (mic changed since you looked)',
  ],
  [
    wished('session.end', 'unchanged'),
    'kim@pts/2 via ssh asked to close the session: nothing had to be done',
  ],
  [
    wished('problem.acknowledge', 'done', { module: 'cam' }),
    'kim@pts/2 via ssh asked to mark problems of cam as seen: done',
  ],
  [
    happened('shutdown', null, 'controlled stop (rig) asked for by button GPIO3 (power)'),
    'button GPIO3 (power) takes the rig down, and switches the machine off',
  ],
  [
    happened('shutdown', null, 'controlled stop (daemon) asked for by kim@pts/2'),
    'kim@pts/2 takes the rig down',
  ],
  [
    happened('hand-over', null, 'modules go on for the next daemon'),
    'the daemon ends, modules go on for the next daemon',
  ],
  [
    happened('hook', 'mic', 'notify on module.crashed: done'),
    'the hook notify on module.crashed: done',
  ],
  // Who comes and goes
  [moved('socket', 'tui (kim@pts/2 via ssh) watches'), 'tui (kim@pts/2 via ssh) is connected'],
  [moved('socket', 'tui (kim@pts/2) watches no more'), 'tui (kim@pts/2) is not connected any more'],
  [moved('socket', 'rigdeck record (kim (rigdeck record)) watches'), null],
  // What nobody has to know
  [moved('module mic', 'mic idle: settled'), null],
  [moved(kim), null],
  // What a later version says
  [moved('module mic', 'mic turned green'), 'mic turned green'],
  [moved('module mic', 'mic idle -> dreaming'), 'mic is dreaming'],
  [wished('rig.dance'), 'kim@pts/2 via ssh asked to rig.dance: done'],
];

test.each(samples)('the history says it in plain words: %j', (entry, words) => {
  expect(sayEntry(entry)).toBe(words);
});

test('no line has an arrow or the name of a state machine in it', () => {
  for (const [, words] of samples) expect(words ?? '').not.toMatch(/->|settled|unknown|wished/);
});
