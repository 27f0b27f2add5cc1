import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { type Happening, unwatched, watchNews } from '../../src/tui/news.ts';
import { problemWith } from '../support/sample-rig.ts';
import { ago, aModule, aSnapshot, recordingRig } from './support/rig-view.ts';

/** What is new as these snapshots come one after the other. */
function newsOf(...snapshots: readonly Snapshot[]): Happening[] {
  let watched = unwatched;
  return snapshots.flatMap((snapshot) => {
    const [next, news] = watchNews(watched, snapshot);
    watched = next;
    return news;
  });
}

/** What is told of them where nobody knows who did it. */
function told(...snapshots: readonly Snapshot[]): string[] {
  return newsOf(...snapshots).flatMap(({ words }) => words ?? []);
}

/** What is told of them behind the name of who did it. */
function done(...snapshots: readonly Snapshot[]): string[] {
  return newsOf(...snapshots).flatMap(({ did }) => did ?? []);
}

const idle = aSnapshot();
const records = aSnapshot({ rig: recordingRig });
const paused = aSnapshot({ rig: { ...recordingRig, state: 'paused' } });

test('what others did to the recording is news', () => {
  expect(told(idle, records)).toEqual(['trial 7 is recorded']);
  expect(told(records, paused, records)).toEqual(['trial 7 is paused', 'trial 7 goes on']);
  expect(told(records, idle)).toEqual(['trial 7 is over']);
  expect(told(records, records)).toEqual([]);
  expect(told(records)).toEqual([]);
  expect(told(records, { ...records, epoch: 'e2' })).toEqual(['the daemon was started again']);
});

test('a trial is over by its number, though the rig names none while its files are closed', () => {
  const stopping = aSnapshot({ rig: { ...recordingRig, state: 'stopping' } });
  const closing = aSnapshot({ rig: { ...recordingRig, state: 'stopping', trial: null } });
  const over = ['trial 7 is being stopped', 'trial 7 is over'];
  expect(told(records, stopping, closing, idle)).toEqual(over);
  expect(told(records, closing, idle)).toEqual(over);
  expect(told(closing, idle)).toEqual([]);
});

test('a start that came to nothing is no recording that is over', () => {
  const arming = aSnapshot({ rig: { state: 'arming' } });
  const stopping = aSnapshot({ rig: { state: 'stopping' } });
  expect(told(idle, arming, stopping, idle)).toEqual([
    'the start is called off',
    'nothing was recorded: no trial began',
  ]);
  expect(told(arming, idle)).toEqual(['nothing was recorded: no trial began']);
});

test('a session that somebody opens or closes is news, one that opens with its first trial is not', () => {
  const { session } = recordingRig;
  const open = aSnapshot({ rig: { session: session ?? null } });
  expect(told(idle, open, idle)).toEqual([
    'session 0042 pilot-b is open',
    'session 0042 is closed',
  ]);
  const arming = aSnapshot({ rig: { state: 'arming', session: session ?? null } });
  expect(told(idle, arming, records)).toEqual(['trial 7 is recorded']);
});

test('a marker of somebody else is news, with who set it where', () => {
  const marker = { at: ago(1), monoNs: '1', actor: 'button GPIO27', text: null, trial: 7 };
  const marked = { ...records, rig: { ...records.rig, lastMarker: marker } };
  const [news] = newsOf(records, marked, marked);
  expect(news).toMatchObject({ did: 'marked trial 7', by: { who: 'button GPIO27' } });
  const words = { ...marker, at: ago(0), monoNs: '2', text: 'door \u001b[2J', trial: null };
  expect(done(marked, { ...marked, rig: { ...marked.rig, lastMarker: words } })).toEqual([
    'set a marker "door ␛[2J"',
  ]);
});

test('a module that somebody switched is news', () => {
  const off = aSnapshot({ modules: { mic: aModule({ desired: 'off', state: 'stopping' }) } });
  expect(told(idle, off)).toEqual(['mic is switched off']);
  expect(told(off, idle)).toEqual(['mic is switched on']);
});

test('what somebody did is told behind their name', () => {
  const stopping = aSnapshot({ rig: { ...recordingRig, state: 'stopping' } });
  expect(done(idle, records, paused, records, stopping, idle)).toEqual([
    'started trial 7',
    'paused trial 7',
    'went on with trial 7',
    'is stopping trial 7',
    'stopped trial 7',
  ]);
  const off = aSnapshot({ modules: { mic: aModule({ desired: 'off', state: 'stopping' }) } });
  expect(done(idle, off, idle)).toEqual(['disabled mic', 'enabled mic']);
  const open = aSnapshot({ rig: { session: recordingRig.session ?? null } });
  expect(done(idle, open, idle)).toEqual(['opened session 0042 pilot-b', 'closed session 0042']);
});

test('a restart and a retry are news where somebody asked for them, not where the rig does it by itself', () => {
  const mic = (facts: Parameters<typeof aModule>[0], seq = 7) =>
    aSnapshot({ seq, modules: { mic: aModule(facts) } });
  const again = newsOf(
    mic({}),
    mic({ state: 'stopping' }, 8),
    mic({ state: 'starting', run: 2 }, 9),
  );
  expect(again).toMatchObject([
    { words: null, did: 'restarted mic', by: { module: 'mic', afterSeq: 7 } },
    { words: null, did: 'restarted mic', by: { module: 'mic', afterSeq: 8 } },
  ]);
  const down = mic({ state: 'crashed', retryAt: ago(-4) });
  expect(done(down, mic({ state: 'starting', run: 2, stateSince: ago(0) }))).toEqual([
    'tried mic again',
  ]);
  expect(done(down, mic({ state: 'starting', run: 2, stateSince: ago(-4) }))).toEqual([]);
});

test('who has seen a problem is news, for several of them once', () => {
  const problem = problemWith({ code: 'stalled', message: 'mic records nothing.' });
  const rig = (acknowledged: boolean, count: number) => {
    const record = aModule({ problem: { ...problem, acknowledged } });
    const modules = Object.fromEntries(
      ['mic', 'cam'].slice(0, count).map((name) => [name, record]),
    );
    return aSnapshot({ modules });
  };
  expect(done(rig(false, 1), rig(true, 1), rig(true, 1))).toEqual(['has seen the problem of mic']);
  expect(done(rig(false, 2), rig(true, 2))).toEqual(['has seen 2 problems']);
});

const crash = problemWith({
  code: 'exited',
  message: 'mic was ended by SIGSEGV.',
  lastAt: ago(10),
  exit: { code: null, signal: 'SIGSEGV', lastWords: [] },
});
const withMic = (facts: Parameters<typeof aModule>[0], rig = recordingRig) =>
  aSnapshot({ rig, modules: { mic: aModule(facts) } });
const fine = withMic({ state: 'recording', stateSince: ago(700) });
const back = withMic({ state: 'recording', lastProblem: crash, restarts: 1, stateSince: ago(9.6) });

test('a crash that was over before anybody could look is told, with its gap', () => {
  expect(told(fine, back, back)).toEqual(['mic crashed (SIGSEGV) and records again, gap 0.4 s']);
});

test('a crash is told when the module is back, however long that took and how often it failed', () => {
  const down = withMic({ state: 'crashed', lastProblem: crash, retryAt: ago(-4) });
  const again = { ...crash, lastAt: ago(4) };
  const downAgain = withMic({ state: 'crashed', lastProblem: again, retryAt: ago(-4) });
  const up = withMic({ state: 'idle', lastProblem: again, phase: 'arming' });
  const there = withMic({ state: 'recording', lastProblem: again, stateSince: ago(1) });
  expect(told(fine, down, up, downAgain, up, there, there)).toEqual([
    'mic crashed (SIGSEGV) and records again, gap 9.0 s',
  ]);
});

test('a crash while nothing is recorded is told without a gap, and one that was switched off is not', () => {
  const calm = { status: 'idle', state: 'idle', desired: 'idle', trial: null } as const;
  const idleMic = withMic({}, calm);
  const down = withMic({ state: 'crashed', lastProblem: crash }, calm);
  const up = withMic({ lastProblem: crash }, calm);
  expect(told(idleMic, down, up)).toEqual(['mic crashed (SIGSEGV) and runs again']);
  const off = withMic({ desired: 'off', state: 'disabled', lastProblem: crash }, calm);
  expect(told(idleMic, down, off, up)).toEqual(['mic is switched off', 'mic is switched on']);
});

test('what an earlier daemon left behind is no news', () => {
  expect(told(back)).toEqual([]);
  expect(told(fine, { ...back, epoch: 'e2' })).toEqual(['the daemon was started again']);
});
