import { describe, expect, it } from 'vitest';
import { statusLines } from '../../src/cli/status-screen.ts';
import { widthOf } from '../../src/protocol/text.ts';
import type { Theme } from '../../src/protocol/theme.ts';
import {
  moduleWith,
  problemWith,
  sampleHost,
  snapshotWith,
  trialWith,
} from '../support/sample-rig.ts';

const wallMs = Date.parse('2026-11-22T14:12:41.000Z');
const trial = trialWith({
  number: 7,
  label: 'maze left',
  startedAt: '2026-11-22T14:00:00.000Z',
  startedMonoMs: 1_000_000,
});
const session = { id: '0042', name: 'pilot-b', path: '/data/0042', startedAt: trial.startedAt };
const moved = (bytes: number, lastProgressAt: string) => ({
  bytes,
  samples: 0,
  dropped: 0,
  files: 1,
  lastProgressAt,
});

const snapshot = snapshotWith(
  {
    'camera-left': moduleWith({
      state: 'recording',
      detail: '1280x720@30, 0 dropped',
      evidence: moved(2.1e9, '2026-11-22T14:12:40.000Z'),
    }),
    'camera-right': moduleWith({
      state: 'recording',
      health: 'stalled',
      evidence: moved(1e9, '2026-11-22T14:12:34.000Z'),
      problem: problemWith({
        code: 'stalled',
        message: 'records nothing: its file stopped growing 7 s ago',
        remedy: 'Check the cable, then restart it; the other modules record on.',
      }),
    }),
    'eye-tracker': moduleWith({
      state: 'crashed',
      pid: null,
      startedAt: null,
      restarts: 3,
      retryAt: '2026-11-22T14:12:45.000Z',
      problem: problemWith({ code: 'exited', message: 'it ended with SIGSEGV' }),
    }),
    notes: moduleWith({
      desired: 'off',
      state: 'disabled',
      health: 'unknown',
      pid: null,
      startedAt: null,
    }),
    ウェブカメラ: moduleWith({ state: 'starting', detail: '広いテキスト'.repeat(20) }),
  },
  { status: 'recording', state: 'recording', desired: 'recording', session, trial },
);
const scene = {
  snapshot,
  telemetry: null,
  now: { wallMs, monoMs: 1_000_000 + 761_000 },
  stale: null,
};

const plain: Theme = { colours: 'plain', ascii: false };

function lines(columns: number, theme: Partial<Theme> = {}) {
  return statusLines(scene, { columns, theme: { ...plain, ...theme } });
}

describe('the status', () => {
  it.each([20, 40, 59, 60, 80, 99, 100, 120, 300])('fits %i columns', (columns) => {
    for (const line of lines(columns)) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  it('says first how the rig is, then a row a module, then what is wrong and what to do', () => {
    const text = lines(80);
    expect(text[0]).toBe(' field-rig-03  ◉ REC? 00:12:41 · trial 7 "maze left"');
    expect(text.join('\n')).toContain('session 0042 pilot-b · 83 GB ≈ 6 h 12 m · clock ±3 ms');
    expect(text.find((line) => line.includes('camera-right'))).toContain('◉ REC? stalled 7 s');
    expect(text.find((line) => line.includes('eye-tracker'))).toMatch(/✖ CRASHED .*again in 4 s/);
    expect(text.find((line) => line.includes(' notes'))).toContain('○ OFF');
    const all = text.join(' ').replace(/\s+/g, ' ');
    expect(all).toContain(
      '! camera-right: records nothing: its file stopped growing 7 s ago. Check the cable',
    );
  });

  it('says while a recording is started who is waited for, for how long already and how long it may take', () => {
    const since = new Date(wallMs - 12_000).toISOString();
    const until = new Date(wallMs + 48_000).toISOString();
    const camera = moduleWith({ phase: 'arming', phaseSince: since, phaseUntil: until });
    const rig = { state: 'arming', status: 'arming', waitingFor: ['camera'] } as const;
    const arming = snapshotWith({ mic: moduleWith({ phase: 'armed' }), camera }, rig);
    const text = statusLines({ ...scene, snapshot: arming }, { columns: 80, theme: plain });
    expect(text).toContain(
      ' 1 of 2 armed, waiting for camera: opening its devices and files, 12 s of 60 s',
    );
  });

  it('keeps name, badge and the figure that matters at 40 columns', () => {
    const text = lines(40);
    expect(text.find((line) => line.includes('camera-left'))).toMatch(/◉ REC +2\.1 GB$/);
    expect(text.find((line) => line.includes('eye-tracker'))).toMatch(/✖ CRASHED +again in 4 s$/);
  });

  it('has pid and restarts where there is room', () => {
    expect(lines(80).join('\n')).not.toContain('4711');
    expect(lines(120).join('\n')).toMatch(/RESTARTS +PID/);
    expect(lines(120).find((line) => line.includes('camera-left'))).toMatch(/4711$/);
  });

  it('is plain ASCII outside UTF-8, of the same width', () => {
    const text = lines(80, { ascii: true }).join('\n');
    expect(text).toMatch(/^[ -~\n]*$/);
    expect(text).toContain('? REC? 00:12:41');
    expect(text).toContain('? REC? stalled 7 s');
    expect(text).toContain('x CRASHED');
  });

  it('has colours only where they are wanted', () => {
    expect(lines(80).join('')).not.toContain('\u001b');
    expect(lines(80, { colours: '256' }).join('')).toContain('\u001b[1;38;5;202m');
    expect(lines(80, { colours: '16' }).join('')).toContain('\u001b[1;91m');
  });

  it('shows nothing of a stale state as if it went on', () => {
    const stale = 'daemon crashed · as of 14 s ago';
    const text = statusLines({ ...scene, stale }, { columns: 80, theme: plain });
    expect(text[0]).toBe(' field-rig-03 · daemon crashed · as of 14 s ago');
    expect(text.join('\n')).not.toMatch(/00:12:41|again in/);
    expect(text[1]).toBe(' last known: recording · trial 7 "maze left"');
  });

  it('does not call a rig recording whose data has not been seen yet', () => {
    const proving = snapshotWith(
      { mic: moduleWith({ state: 'recording', phase: 'proving' }) },
      { status: 'recording', state: 'recording', trial },
    );
    const [first] = statusLines({ ...scene, snapshot: proving }, { columns: 80, theme: plain });
    expect(first).toContain('REC ...');
  });
});

it('the status at 40 columns cuts a long name, and not when a module is tried again', () => {
  const [name, ms] = ['camera-of-the-southern-cage-left', 9 * 60_000];
  const retryAt = new Date(wallMs + ms).toISOString();
  const modules = { [name]: moduleWith({ state: 'crashed', retryAt, startedAt: null }) };
  const rows = statusLines(
    { ...scene, snapshot: snapshotWith(modules) },
    { columns: 40, theme: plain },
  );
  expect(rows.find((line) => line.includes('camera'))).toBe(
    ' camera-of-th…  ✖ CRASHED again in 9 min',
  );
});

it('the status gives clock and trial a line of their own where they do not fit behind the name', () => {
  expect(lines(40).slice(0, 2)).toEqual([
    ' field-rig-03',
    ' ◉ REC? 00:12:41 · trial 7 "maze left"',
  ]);
  expect(lines(20).join('\n')).toMatch(/00:12:41/);
});

it('the status says first of what is wrong that buttons do nothing because somebody tries them out', () => {
  const { monoMs } = scene.now;
  const test = { testedSinceMs: monoMs - 45_000, testedUntilMs: monoMs + 61_000 };
  const gpio = { ...snapshot.gpio, testedBy: 'pi@pts/2 (rigdeck gpio)', ...test };
  const tested = { ...scene, snapshot: { ...snapshot, gpio } };
  const text = statusLines(tested, { columns: 80, theme: plain }).join('\n');
  const first = text.split(' ! ')[1]?.replace(/\s+/g, ' ').trim();
  expect(first).toBe(
    'Buttons do nothing just now: pi@pts/2 (rigdeck gpio) tests them, for 45 s now. Ctrl-C there ends it, or hold any button 10 s; by itself in 61 s.',
  );
  const old = statusLines({ ...tested, stale: 'daemon crashed' }, { columns: 80, theme: plain });
  expect(old.join('\n')).not.toContain('Buttons do nothing');
});

it('the status says why the last press was refused while that is young', () => {
  const { monoMs } = scene.now;
  const press = { button: 'mark', line: 'GPIO27', message: 'No session is open.' };
  const pressed = (atMs: number) => {
    const refused = { ...press, atMs, remedy: 'Start recording, or: rigdeck session start <name>' };
    const gpio = { ...snapshot.gpio, refused };
    const text = statusLines(
      { ...scene, snapshot: { ...snapshot, gpio } },
      { columns: 200, theme: plain },
    );
    return text.join('\n');
  };
  expect(pressed(monoMs - 5_000)).toContain(
    ' ! Button mark (GPIO27) was pressed, and refused: No session is open. Start recording, or: rigdeck session start <name>',
  );
  expect(pressed(monoMs - 60_000)).not.toContain('refused');
});

describe('the status of what is not of now', () => {
  it('says nothing of what was wrong with a rig that was taken down', () => {
    const down = { ...scene, stale: 'taken down by root', isDown: true };
    const text = statusLines(down, { columns: 80, theme: plain }).join('\n');
    expect(text).toContain('taken down by root');
    expect(text).not.toContain('Check the cable');
  });

  it.each([
    ['2026-11-22T14:24:41.000Z', /^ a start is set for .*, in 12 min, and needs a daemon by then$/],
    ['2026-11-22T14:00:00.000Z', /^ a start was set for .*: the next daemon does it at once$/],
  ])('says without a daemon that a start is set for %s', (at, words) => {
    const snapshot = snapshotWith({}, { scheduled: { at, label: null } });
    const last = { ...scene, snapshot, stale: 'daemon crashed · as of 14 s ago' };
    expect(statusLines(last, { columns: 80, theme: plain })[2]).toMatch(words);
  });

  it('gives no old rate or words of what is paused as if they were of now', () => {
    const live = { cpuPercent: 1, memoryBytes: 1, samples: 1, dropped: 0, gauges: {} };
    const mic = { ...live, bytes: 3e6, bytesPerS: 188e3, detail: 'peak -12 dB' };
    const evidence = moved(1e6, '2026-11-22T14:12:34.000Z');
    const paused = snapshotWith({
      mic: moduleWith({ state: 'paused', detail: 'peak -12 dB', evidence }),
    });
    const telemetry = { at: trial.startedAt, modules: { mic }, host: sampleHost };
    const text = statusLines(
      { ...scene, snapshot: paused, telemetry },
      { columns: 80, theme: plain },
    );
    expect(text.find((line) => line.includes('mic'))).toMatch(
      /‖ PAUSED +nothing is recorded +3\.0 MB/,
    );
  });
});
