import { usualKiosk } from '../src/protocol/kiosk-record.ts';
import type { RemoteView } from '../src/protocol/rig.ts';
import { kioskFrame } from '../src/tui/kiosk/kiosk-lines.ts';
import { innerSize, momentOf } from '../src/tui/kiosk/moment.ts';
import { pinUnasked } from '../src/tui/kiosk/pin.ts';
import { encode, type Line } from '../src/tui/line.ts';
import { frameOf } from '../src/tui/screens/frame.ts';
import { emptyLog } from '../src/tui/view/log-screen.ts';
import { dashboard, modulePage, type Screen } from '../src/tui/view/screens.ts';
import { firstRecording, firstRig } from '../test/tui/support/first-rig.ts';
import { aSituation, groupedView, noon, sketchView } from '../test/tui/support/rig-view.ts';

const large = { columns: 80, rows: 24 } as const;
const small = { columns: 40, rows: 12 } as const;
const low = { columns: 80, rows: 16 } as const;
type Size = typeof large | typeof small | typeof low;

const log = {
  ...emptyLog('camera-right'),
  lines: [
    '14:01:58 opened /dev/video2, 1280x720 at 30 frames a second',
    '14:02:03 no frame for 2 s',
  ],
};
const past = { state: 'known', entries: [] } as const;

/** The screens of one rig as the program draws them, for the docs, by the name of the part. */
export const screenPictures: Readonly<Record<string, () => string>> = {
  'screen-rig': () => drawn(sketchView(), dashboard, large),
  'screen-small': () => drawn(sketchView(), dashboard, small),
  'screen-groups': () => drawn(groupedView(), { ...dashboard, folded: ['pictures'] }, large),
  'screen-stop': () => drawn(sketchView(), { kind: 'confirm-stop', epoch: 'e1', trial: 7 }, large),
  'screen-module': () => drawn(sketchView(), { ...modulePage('camera-right'), log, past }, large),
  'screen-gone': () => drawn({ ...sketchView(), link: gone }, dashboard, small),
  'screen-kiosk': kiosk,
  'first-idle': () => drawn(firstRig(), dashboard, low),
  'first-recording': () => drawn(firstRecording(), dashboard, low),
  'first-stop': () => drawn(firstRecording(), { kind: 'confirm-stop', epoch: 'e1', trial: 1 }, low),
};

const gone = {
  state: 'lost',
  sinceMs: noon - 5_000,
  retryAtMs: noon + 2_000,
  words: 'No daemon answers. Start it: rigdeck up',
} as const;

function drawn(remote: RemoteView, screen: Screen, size: Size): string {
  const now = aSituation(remote, { ...size, view: { screen, below: [] } });
  return block(frameOf(now).lines, size.columns);
}

function kiosk(): string {
  const now = aSituation(sketchView(), innerSize(large));
  const settings = { ...usualKiosk, moveMs: 0 };
  const moment = momentOf(now, large, { settings, control: false, pin: pinUnasked });
  return block(kioskFrame(moment).lines, large.columns);
}

function block(lines: readonly Line[], width: number): string {
  const theme = { colours: 'plain', ascii: false } as const;
  const text = lines.map((line) => encode(line, width, theme).trimEnd()).join('\n');
  return `\`\`\`text\n${text}\n\`\`\``;
}
