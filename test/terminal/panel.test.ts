import { story } from '../stories/support/story.ts';
import { hasTmux, screenOf } from './tmux.ts';

const modules = { sensor: { use: 'demo-sensor', options: { rate: 20 } } };
const gpio = {
  backend: 'simulated',
  buttons: [
    { line: 'GPIO27', name: 'mark', click: 'mark' },
    {
      line: 'GPIO17',
      name: 'record',
      click: 'record.start',
      hold: { after: '1s', do: 'record.stop' },
    },
  ],
  leds: [
    { line: 'GPIO22', name: 'status', shows: 'rig' },
    { line: 'GPIO23', name: 'who', shows: 'clients' },
  ],
};

story.skipIf(!hasTmux)(
  'on the page of the panel a simulated button records and stops, and the LED that is drawn blinks as the real one (tmux)',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules, gpio });
    await rig.startUp();
    const tmux = screenOf(rig, 80, 24);
    await tmux.shows(/sensor +● IDLE/);
    tmux.press('B');
    await tmux.shows(/▌- mark +up[\s\S]*GPIO27, pin 13 · click mark/);
    await tmux.shows(/status +a short flash every 2 s/);
    await tmux.shows(/● who +slow blink/);
    await tmux.shows(/○ who +slow blink/);
    tmux.press('h');
    await tmux.shows(/no hold is bound to this button/);
    tmux.press('j');
    await tmux.shows(/▌- record/);
    tmux.press('Enter');
    await tmux.shows(/● status +on, with a dip every 2 s/);
    await tmux.shows(/rig ◉ REC \d\d/);
    tmux.press('h');
    await rig.until('the rig is idle', ({ rig: { state } }) => state === 'idle');
    await tmux.shows(/status +a short flash every 2 s/);
    tmux.press('w');
    await tmux.shows(/GPIO17 button record 11 ●/);
    tmux.press('q');
    await tmux.ended();
    await rig.until(
      'the button is up',
      ({ gpio: { buttons } }) => buttons['record']?.pressed === false,
    );
  },
);
