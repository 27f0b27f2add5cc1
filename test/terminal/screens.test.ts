import { expect } from 'vitest';
import { story } from '../stories/support/story.ts';
import { hasTmux, screenOf } from './tmux.ts';

const modules = {
  'camera-left': { use: 'demo-sensor', options: { rate: 50 } },
  mic: { use: 'demo-sensor', options: { rate: 20 } },
  notes: { use: 'demo-sensor', enabled: false },
};

story.skipIf(!hasTmux)(
  'a person at 80x24 records, marks, is asked before a stop, stops and leaves (tmux)',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const tmux = screenOf(rig, 80, 24);
    const first = await tmux.shows(/mic +● IDLE[\s\S]*r record/);
    expect(first).toMatch(/camera-left +● IDLE/);
    expect(first).toMatch(/notes +○ OFF/);
    tmux.press('r');
    await tmux.shows(/◉ REC \d\d:\d\d:\d\d +trial 1/);
    await tmux.shows(/mic +◉ REC /);
    tmux.press('m');
    await tmux.shows(/mark/);
    tmux.press('s');
    await tmux.shows(/Stop recording\?/);
    tmux.press('s');
    tmux.press('Enter');
    await tmux.shows(/s stop/);
    expect(rig.me.now().rig.state).toBe('recording');
    tmux.press('s');
    await tmux.shows(/Stop recording\?/);
    tmux.press('y');
    await rig.until('the rig is idle', (now) => now.rig.state === 'idle');
    await tmux.shows(/mic +● IDLE/);
    tmux.press('q');
    await tmux.ended();
    expect(rig.me.now().modules['mic']?.state).toBe('idle');
  },
);

story.skipIf(!hasTmux)(
  'at 40x12 every line fits, names and badges stay, and a resize leaves one clean copy',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const tmux = screenOf(rig, 40, 12);
    const small = await tmux.shows(/mic +● IDLE[\s\S]*r record/);
    expect(small).toMatch(/camera-left +● IDLE/);
    tmux.press('r');
    await tmux.shows(/◉ REC/);
    for (const [columns, rows] of [
      [120, 40],
      [30, 8],
      [80, 24],
      [20, 5],
      [40, 12],
    ] as const) {
      tmux.resize(columns, rows);
    }
    await tmux.shows(/mic +◉ REC/);
    await tmux.shows(/^(?![\s\S]*mic[\s\S]*mic )/);
    expect(tmux.scrollback().match(/camera-left/g)?.length).toBe(1);
  },
);

story.skipIf(!hasTmux)(
  'a screen that loses its daemon says so, stays, and comes back with the next one',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    const daemon = await rig.startUp();
    const tmux = screenOf(rig, 80, 24);
    await tmux.shows(/mic +● IDLE[\s\S]*r record/);
    tmux.press('r');
    await tmux.shows(/^(?=[\s\S]*mic +◉ REC)(?=[\s\S]*camera-left +◉ REC)/);
    await daemon.kill();
    await tmux.shows(/daemon not answering/);
    await tmux.shows(/Modules record on without the daemon: 2 recorded at the last look\./);
    expect(tmux.screen()).toMatch(/mic +◉ REC/);
    await rig.start();
    await tmux.shows(/◉ REC \d\d:\d\d:\d\d +trial 1/);
  },
);

story.skipIf(!hasTmux)(
  'a person on a phone sees what is wrong and what to do, looks into it, and comes back the way they came (40x12)',
  async ({ makeRig }) => {
    const broken = { command: ['sh', '-c', 'echo no camera found >&2; exit 3'], required: false };
    const rig = await makeRig({ modules: { mic: modules.mic, broken } });
    await rig.start();
    const tmux = screenOf(rig, 40, 12);
    await tmux.shows(/broken +✖ CRASHED/);
    await tmux.shows(/! broken [\s\S]*code 3[\s\S]*Its last words are in the log/);
    tmux.press('P');
    await tmux.shows(/problems · [\s\S]*▌→ Its last words[\s\S]*no camera found/);
    tmux.press('Enter');
    await tmux.shows(/ broken +✖ CRASHED[\s\S]*wanted +on, not required/);
    tmux.press('l');
    await tmux.shows(/log of broken[\s\S]*no camera found/);
    tmux.press('?');
    await tmux.shows(/type to search/);
    tmux.press('Escape');
    await tmux.shows(/log of broken/);
    tmux.press('Escape');
    await tmux.shows(/wanted +on, not required/);
    tmux.press('Escape');
    await tmux.shows(/problems · /);
    tmux.press('Escape');
    await tmux.shows(/mic +● IDLE/);
  },
);

story.skipIf(!hasTmux)(
  'two people at one rig: what one does the other is told, and the history knows who it was',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const [one, other] = [screenOf(rig, 80, 24), screenOf(rig, 100, 30)];
    await one.shows(/mic +● IDLE[\s\S]*r record/);
    await other.shows(/mic +● IDLE[\s\S]*r record/);
    one.press('r');
    await other.shows(/ started trial 1/);
    await one.shows(/◉ REC[\s\S]*m mark/);
    one.press('m');
    await one.shows(/ marked/);
    await other.shows(/ marked trial 1/);
    one.press('G', 'e');
    await one.shows(/notes is on/);
    await other.shows(/ enabled notes/);
    other.press('H');
    await other.shows(/history of the rig[\s\S]*asked to switch notes on: /);
    other.press('f');
    await other.shows(/only wishes[\s\S]*asked to start recording/);
  },
);

story.skipIf(!hasTmux)(
  'a module that crashes and is back before anybody looked leaves its trace on the screen',
  async ({ makeRig }) => {
    const flaky = { use: 'demo-sensor', options: { rate: 20 } };
    const rig = await makeRig({ modules: { mic: modules.mic, flaky } });
    await rig.startUp();
    const tmux = screenOf(rig, 80, 24);
    await tmux.shows(/flaky +● IDLE[\s\S]*r record/);
    tmux.press('r');
    await tmux.shows(/flaky +◉ REC /);
    process.kill(rig.pidOf('flaky'), 'SIGSEGV');
    await tmux.shows(/flaky crashed \(SIGSEGV\) and records again, gap \d/);
    await tmux.shows(/↻[\s\S]*flaky +◉ REC .* 1 +\d+ s/);
  },
);

story.skipIf(!hasTmux)(
  'a paused trial says since when, and its clock stands',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const tmux = screenOf(rig, 80, 24);
    await tmux.shows(/mic +● IDLE[\s\S]*r record/);
    tmux.press('r');
    await tmux.shows(/◉ REC 00:00:0[1-9]/);
    tmux.press('p');
    const first = await tmux.shows(/‖ PAUSED for \d+ s, 00:00:\d\d recorded/);
    const time = /00:00:\d\d recorded/.exec(first)?.[0] ?? '';
    const later = await tmux.shows(/‖ PAUSED for [2-9] s/);
    expect(later).toContain(time);
  },
);

story.skipIf(!hasTmux)(
  'status --watch follows the rig without a screen program, at any width',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const tmux = screenOf(rig, 60, 16, 'status --watch');
    await tmux.shows(/mic +● IDLE/);
    await rig.wish('record.start');
    await tmux.shows(/mic +◉ REC/);
    tmux.resize(30, 10);
    await tmux.shows(/mic +◉ REC/);
    tmux.press('C-c');
    await tmux.ended();
  },
);
