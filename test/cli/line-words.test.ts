import { expect, test } from 'vitest';
import { newLines, topicsOf, type Voice } from '../../src/cli/line-words.ts';
import type { RemoteView } from '../../src/protocol/rig.ts';
import type { ModuleRecord, RigRecord } from '../../src/protocol/snapshot.ts';
import { moduleWith, problemWith, snapshotWith, trialWith } from '../support/sample-rig.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
const live: RemoteView['link'] = { state: 'live', role: 'control', words: null };

function look(
  modules: Readonly<Record<string, ModuleRecord>>,
  rig: Partial<RigRecord> = {},
  link: RemoteView['link'] = live,
) {
  return {
    snapshot: snapshotWith(modules, { name: 'rig', ...rig }),
    telemetry: null,
    rates: {},
    link,
  };
}

function told(
  before: ReturnType<typeof look> | null,
  after: ReturnType<typeof look>,
  voice: Voice = 'written',
  laterMs = 0,
): string[] {
  const old = before === null ? null : topicsOf(before, voice, now);
  return newLines(old, topicsOf(after, voice, now + laterMs));
}

const mic = moduleWith({ state: 'idle' });
const stalled = moduleWith({
  state: 'recording',
  health: 'stalled',
  evidence: { bytes: 1, samples: 0, dropped: 0, files: 1, lastProgressAt: at(-7) },
});
const recording = { state: 'recording', status: 'recording', desired: 'recording' } as const;

test('at first everything is told, then only what changed, in the words of the badges', () => {
  const idle = look({ mic, notes: moduleWith({ state: 'disabled', desired: 'off' }) });
  expect(told(null, idle)).toEqual(['rig: IDLE · no session', 'mic: IDLE', 'notes: OFF']);
  expect(told(idle, idle)).toEqual([]);
  const crashed = moduleWith({
    state: 'crashed',
    retryAt: at(4),
    problem: problemWith({ code: 'exited', message: 'it ended with SIGSEGV' }),
  });
  const after = look({ mic: crashed, notes: moduleWith({ state: 'disabled', desired: 'off' }) });
  expect(told(idle, after)).toEqual(['mic: CRASHED · again in 4 s · it ended with SIGSEGV']);
});

test('what only counts is told once', () => {
  const rig = { ...recording, trial: trialWith({ number: 7, label: 'maze' }) };
  const before = look({ mic: stalled }, rig);
  expect(told(null, before)[1]).toMatch(/^mic: REC\? stalled 7 s/);
  expect(told(before, before, 'written', 60_000)).toEqual([]);
});

test('for ears there are words in the place of signs', () => {
  const rig = { ...recording, trial: trialWith({ number: 7, label: 'maze' }) };
  const lines = told(null, look({ mic: stalled }, rig), 'spoken');
  expect(lines[0]).toBe('rig: recording in doubt, trial 7 "maze", no session');
  expect(lines[1]).toMatch(/^mic: recording in doubt, stalled 7 s/);
  expect(lines.join(' ')).not.toMatch(/[·?!≈]/);
});

test('problems of the rig begin and end, and markers are told', () => {
  const problem = problemWith({
    code: 'low-space',
    message: 'the disk is nearly full',
    remedy: null,
  });
  const ill = look({ mic }, { problems: [problem] });
  expect(told(look({ mic }), ill)).toEqual(['! the disk is nearly full.']);
  expect(told(look({ mic }), ill, 'spoken')).toEqual(['Problem: the disk is nearly full.']);
  expect(told(ill, look({ mic }))).toEqual(['it is over: the disk is nearly full.']);
  const lastMarker = { at: at(0), monoNs: '1', text: 'door', trial: 7, actor: 'pi@pts/2' };
  expect(told(look({ mic }), look({ mic }, { lastMarker }))).toEqual([
    'trial 7 is marked "door" by pi@pts/2',
  ]);
});

test('a daemon that is gone is told once, and when it answers again with what it missed', () => {
  const link = { state: 'lost', sinceMs: now, retryAtMs: now, words: 'no daemon answers' } as const;
  const before = look({ mic: stalled }, recording);
  const lost = look({ mic: stalled }, recording, link);
  expect(told(before, lost)).toEqual([
    'daemon not answering; modules record on without it: 1 recorded at the last look. It is tried again until it answers. no daemon answers.',
  ]);
  expect(told(lost, { ...lost, link: { ...link, retryAtMs: now + 5_000 } })).toEqual([]);
  expect(told(lost, look({ mic }))).toEqual([
    'the daemon answers again',
    'rig: IDLE · no session',
    'mic: IDLE',
  ]);
});

test('hostile names and words are made visible', () => {
  const evil = '\u001b[2J\u202e\r\n';
  const rig = { name: evil, trial: trialWith({ label: evil }) };
  const lastMarker = { at: at(0), monoNs: '1', text: evil, trial: 7, actor: evil };
  const record = moduleWith({ state: 'error', problem: problemWith({ message: evil }) });
  const all = told(look({}), look({ [evil]: record }, { ...rig, lastMarker }));
  expect(all.length).toBeGreaterThan(2);
  expect(all.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('that buttons are tried out is told once, and its end', () => {
  const idle = look({ mic });
  const gpio = { ...idle.snapshot.gpio, testedBy: 'pi@pts/2', testedUntilMs: 9 };
  const tested = { ...idle, snapshot: { ...idle.snapshot, gpio } };
  const later = { ...idle, snapshot: { ...idle.snapshot, gpio: { ...gpio, testedUntilMs: 10 } } };
  expect(told(idle, tested)).toEqual(['! buttons do nothing just now: pi@pts/2 tests them']);
  expect(told(tested, later)).toEqual([]);
  expect(told(later, idle)).toEqual(['the test of buttons and LEDs is over']);
});

test('a press that is refused is told with its reason, each time; not to who comes later', () => {
  const pressed = (atMs: number) => {
    const one = look({ mic });
    const press = { button: 'mark', line: 'GPIO27', atMs, message: 'No session is open.' };
    const gpio = { ...one.snapshot.gpio, refused: { ...press, remedy: 'Start recording.' } };
    return { ...one, snapshot: { ...one.snapshot, gpio } };
  };
  const line =
    '! Button mark (GPIO27) was pressed, and refused: No session is open. Start recording.';
  expect(told(look({ mic }), pressed(5))).toEqual([line]);
  expect(told(pressed(5), pressed(5))).toEqual([]);
  expect(told(pressed(5), pressed(9))).toEqual([line]);
  expect(told(null, pressed(5))).not.toContain(line);
});
