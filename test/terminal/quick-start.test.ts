import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { storyEnvironment } from '../stories/support/daemon-process.ts';
import { cutPower } from '../stories/support/other-boot.ts';
import {
  layOutThePi,
  replaceHardware,
  shapeOf,
  shownAnswer,
  typedLines,
  wordsOf,
} from '../stories/support/quick-start-page.ts';
import { manifestOf } from '../stories/support/recorded.ts';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { firstTrial } from './first-trial.ts';
import { hasTmux, Tmux } from './tmux.ts';

async function atTheScreen(rig: StoryRig): Promise<void> {
  const command = `${process.execPath} ${rig.where.program}`;
  const tmux = new Tmux(80, 24, command, storyEnvironment(rig.where));
  onTestFinished(() => tmux.close());
  await firstTrial(tmux, 'cam');
  await tmux.ended();
}

story.skipIf(!hasTmux)(
  'the quick start, word for word: from a first rig.yaml to a recording that survived a power cut (tmux)',
  { timeout: 180_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: {} });
    rmSync(rig.config);
    const root = layOutThePi();
    const on = (machine: string, line: string): Promise<Ended> =>
      runProgram(wordsOf(line), {
        cwd: rig.folder,
        env: { ...storyEnvironment(rig.where), RIGDECK_MACHINE_ROOT: machine },
      });
    const answers = new Map<string, Ended>();
    for (const line of typedLines) {
      if (line === 'rigdeck') await atTheScreen(rig);
      else if (line === 'sudo rigdeck service install') {
        const planned = await on('/', 'rigdeck service install --user root --dry-run');
        expect(planned).toMatchObject({ code: 0, stderr: '' });
        expect(planned.stdout).toContain(`--config ${rig.config} daemon`);
        await rig.startUp(); // as systemd does
      } else answers.set(line, await on(root, line));
      if (line === 'rigdeck config init') replaceHardware(rig.config);
      if (line.startsWith('rigdeck record start')) {
        await rig.until('it records', ({ rig: { status } }) => status === 'recording');
        await cutPower(rig);
        await rig.start(); // as systemd does at boot
        await rig.until('it records again', ({ rig: { status } }) => status === 'recording');
      }
    }
    const failed = [...answers].filter(([, { code }]) => code !== 0).map(([line]) => line);
    // There is no systemd in the folder of a Pi, and much that bites.
    expect(failed.filter((line) => !/^rigdeck (service|doctor)$/.test(line))).toEqual([]);
    const said = (line: string) => answers.get(line)?.stdout ?? '';
    expect(shapeOf(said('rigdeck config init'))).toEqual(shapeOf(shownAnswer('wrote ')));
    expect(said('rigdeck status')).toContain('◉ REC');
    expect(said('rigdeck sessions verify')).toContain('is in order');
    // A machine that was busy has a stall or two besides.
    const whole = shapeOf(said('rigdeck sessions show'));
    expect(whole).toEqual(expect.arrayContaining(shapeOf(shownAnswer('session '))));
    const [first = ''] = readdirSync(rig.recordings).sort();
    const manifest = manifestOf(join(rig.recordings, first));
    expect(manifest.markers).toHaveLength(1);
  },
);
