import { useInput, useStdin } from 'ink';
import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { usualKiosk } from '../../protocol/kiosk-record.ts';
import type { RemoteRig } from '../../protocol/rig.ts';
import type { Theme } from '../../protocol/theme.ts';
import { toType } from '../../protocol/typed-command.ts';
import type { CalmRig } from '../calm.ts';
import { apart, isTaken, keysOf } from '../keymap/keys.ts';
import { encode } from '../line.ts';
import { type Clocks, type Situation, type Size, situationOf } from '../situation.ts';
import { useNews, useWake } from '../use-feeds.ts';
import { useSubmit } from '../use-submit.ts';
import { useView } from '../use-view.ts';
import { complain, say } from '../view/notices.ts';
import { markKey, onlyShows, pressOnKiosk } from './kiosk-keys.ts';
import { kioskFrame } from './kiosk-lines.ts';
import { innerSize, momentOf } from './moment.ts';
import { isOpen } from './pin.ts';
import { type CheckPin, usePin } from './use-pin.ts';
import { wakeMs } from './wake.ts';

export type KioskProps = {
  readonly rig: RemoteRig;
  readonly calm: CalmRig;
  readonly clocks: Clocks;
  readonly size: Size;
  readonly theme: Theme;
  /** Whether it may wish, or only show. */
  readonly control: boolean;
  /** Judges a PIN that belongs to this kiosk alone; null where the rig says whether there is one. */
  readonly ownPin: CheckPin | null;
  /** Draws a frame: lines as the terminal takes them, none wider than it. */
  readonly draw: (lines: readonly string[]) => void;
};

/** The screen of a kiosk: shows how the rig is, and where it may, takes the few keys of recording. */
export function Kiosk({ rig, calm, clocks, size, theme, control, ownPin, draw }: KioskProps): null {
  const remote = useSyncExternalStore(calm.subscribe, calm.view);
  const { view, latest, dispatch } = useView();
  const inner = innerSize(size);
  const now = situationOf(remote, view, clocks, inner, theme, null);
  const seen = useRef(now);
  const tell = (words: string, tone: typeof say) =>
    dispatch({ type: 'toast', toast: tone(words, clocks.nowMs()) });
  const settings = remote.snapshot?.kiosk ?? usualKiosk;
  const pin = usePin(ownPin ?? rig.checkPin, clocks, (words) => tell(words, complain));
  const submit = useSubmit(rig, clocks, dispatch);
  useNews(rig, remote.snapshot, clocks, dispatch);
  const moment = momentOf(now, size, { settings, control, pin: pin.pin });
  const frame = kioskFrame(moment);
  useLayoutEffect(() => {
    draw(frame.lines.map((line) => encode(line, size.columns, theme)));
    seen.current = now;
  });
  useWake(wakeMs(moment, frame.turns), () => {
    pin.look();
    dispatch({ type: 'tick', nowMs: clocks.nowMs() });
  });
  const judge = (): Situation =>
    situationOf(seen.current.remote, latest.current, clocks, inner, theme, null);
  const perform = (key: string) => {
    const judged = judge();
    const pressed = pressOnKiosk(key, judged, seen.current.screen);
    if (pressed.kind === 'view') return dispatch(pressed.action);
    if (pressed.kind === 'refused') return tell(pressed.words, complain);
    if (pressed.kind !== 'submit') return;
    const needsPin = (ownPin !== null || settings.pin) && key !== markKey;
    if (needsPin && !isOpen(pin.latest.current, clocks.monoMs())) pin.ask(key);
    else submit(pressed);
  };
  const paste = useRef({ open: false });
  const { isRawModeSupported } = useStdin();
  useInput(
    (input, key) => {
      calm.hurry();
      if (!control) return tell(toType(onlyShows), say);
      for (const name of keysOf(input, key).flatMap((one) => apart(one, true))) {
        if (!isTaken(name, paste.current, false)) continue;
        // It is judged anew, as the rig is when the PIN is there.
        if (pin.latest.current.key !== null && name !== markKey) pin.type(name, perform);
        else perform(name);
      }
    },
    // Nobody has a keyboard where input is no terminal; Ink gives no boolean then.
    { isActive: isRawModeSupported === true },
  );
  return null;
}
