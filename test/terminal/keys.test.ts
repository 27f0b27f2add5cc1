import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { manifestOf } from '../stories/support/recorded.ts';
import { story } from '../stories/support/story.ts';
import { until } from '../support/until.ts';
import { hasTmux, screenOf } from './tmux.ts';

/** How many markers the only session has, as far as its manifest was written. */
function markersIn(recordings: string): number {
  const [session = ''] = readdirSync(recordings);
  return manifestOf(join(recordings, session)).markers.length;
}

const modules = {
  'camera-left': { use: 'demo-sensor', options: { rate: 50 } },
  mic: { use: 'demo-sensor', options: { rate: 20 } },
};

story.skipIf(!hasTmux)(
  'a person at 40x12 records from the palette, marks with words, takes a disable back and lets another go (tmux)',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const tmux = screenOf(rig, 40, 12);
    await tmux.shows(/mic +● IDLE[\s\S]*r record/);
    tmux.type(':record as maze left');
    await tmux.shows(/▌record as maze left/);
    tmux.press('Enter');
    await tmux.shows(/mic +◉ REC/);
    await rig.until('the trial has its label', (now) => now.rig.trial?.label === 'maze left');
    tmux.press('m');
    await rig.until('the marker is set', (now) => now.rig.lastMarker !== null);
    const at = rig.me.now().rig.lastMarker?.at;
    tmux.type('W');
    await tmux.shows(/ words:/);
    tmux.type('first frog');
    tmux.press('Enter');
    await rig.until(
      'the same marker has its words',
      ({ rig: { lastMarker } }) => lastMarker?.at === at && lastMarker?.text === 'first frog',
    );
    await tmux.shows(/^(?![\s\S]* words:)/);
    tmux.press('m', 'W', 'W', 'i', 'n', 'd', 'Enter', '/', 'm', 'i', 'c', 'Enter', 'Escape');
    await rig.until(
      'another marker has the words that were typed in one go',
      ({ rig: { lastMarker } }) => lastMarker?.at !== at && lastMarker?.text === 'Wind',
    );
    await tmux.shows(/^(?![\s\S]* words:)[\s\S]*camera-left/);
    tmux.press('m', 'm', 'm');
    await until('each of three keys in one go is a marker', () => markersIn(rig.recordings) === 5);
    tmux.type(':dis mic');
    await tmux.shows(/▌disable mic/);
    tmux.press('Enter', 'u');
    await tmux.shows(/mic +◉ REC/);
    tmux.type(':dis camera');
    await tmux.shows(/▌disable camera-left/);
    tmux.press('Enter');
    const again = tmux.againIfLate(...':dis camera', 'Enter');
    // It is sent later than the other would have been.
    await until('only the camera is off', () => {
      again();
      const { mic, 'camera-left': camera } = rig.me.now().modules;
      return camera?.state === 'disabled' && mic?.state === 'recording';
    });
  },
);
