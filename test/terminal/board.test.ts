import { expect } from 'vitest';
import { story } from '../stories/support/story.ts';
import { until } from '../support/until.ts';
import { hasTmux, screenOf } from './tmux.ts';

story.skipIf(!hasTmux)(
  'one person folds the cameras into a row that hides no crash, the other sees all, and each is told what the other did',
  async ({ makeRig }) => {
    const rig = await makeRig({
      modules: {
        left: { use: 'demo-sensor', group: 'cameras', options: { rate: 50 } },
        broken: { command: ['sh', '-c', 'exit 3'], group: 'cameras', required: false },
        mic: { use: 'demo-sensor', group: 'sound', options: { rate: 20 } },
      },
    });
    await rig.startUp();
    const [one, other] = [screenOf(rig, 80, 24), screenOf(rig, 120, 30)];
    await one.shows(/▾ cameras +1 crashed, 1 idle[\s\S]*▌ left +● IDLE[\s\S]*r record/);
    await other.shows(/▾ cameras[\s\S]*mic +● IDLE[\s\S]*r record/);
    one.press('Space');
    await one.shows(/▌▸ cameras +✖ CRASHED +1 crashed, 1 idle/);
    one.press('R');
    await one.shows(/cameras is a group: select one of its modules/);
    expect(other.screen()).toMatch(/▾ cameras[\s\S]* left +● IDLE/);
    one.press('r');
    await other.shows(/ started trial 1/);
    await one.shows(/▸ cameras +✖ CRASHED +1 crashed, 1 rec · [\d.]+ k?B\/s/);
    await other.shows(/ mic +◉ REC .*[▂-▇]/);
    other.press('G', 'R');
    const again = other.againIfLate('R');
    await until('the other is told of the restart', () => {
      again();
      return / restarted mic/.test(one.screen());
    });
    other.press('x');
    await one.shows(/ has seen the problem of broken/);
    one.press('/', 'l', 'e', 'f', 't', 'Enter');
    await one.shows(/1 of 3 with "left"[\s\S]*▌left +◉ REC/);
    one.press('Escape');
    await one.shows(/▸ cameras +✖ CRASHED/);
  },
);
