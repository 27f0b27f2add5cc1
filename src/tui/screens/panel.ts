import type { ButtonRecord, LedRecord } from '../../protocol/gpio-record.ts';
import { sayDeeds, sayLight, sayLineState } from '../../protocol/gpio-words.ts';
import { corner, pinout, pinoutColumns, sayPlace, wiringWords } from '../../protocol/pinout.ts';
import {
  type LightNow,
  levelAt,
  rhythmWords,
  showEndMs,
  showWords,
} from '../../protocol/rhythm.ts';
import { clean, wrap } from '../../protocol/text.ts';
import { type Paint, paints } from '../../protocol/theme.ts';
import type { RigDesired } from '../../protocol/vocabulary.ts';
import { faint, type Line, rowMark, span } from '../line.ts';
import { testMessage } from '../messages.ts';
import { type PanelPart, panelKey } from '../panel-parts.ts';
import type { Situation } from '../situation.ts';
import type { PanelScreen } from '../view/screens.ts';

/** Where there is little room the rig's badge, which stands beside it, matters more than the name of the chip. */
export function panelTitle({ snapshot, width }: Situation): Line {
  const title = span(' panel', paints.bold);
  if (snapshot === null) return [title];
  const { backend, chip } = snapshot.gpio;
  if (width < 60 && backend !== 'off') return [title];
  const place = width < 72 ? backend : (chip ?? backend);
  const words = clean(place.startsWith(backend) ? place : `${backend}, ${place}`, 72);
  return [title, span(` · ${words}`, backend === 'off' ? paints.warn : paints.dim)];
}

/** Buttons and LEDs, or the wiring; and which lines are those of the selected part. */
export function panelBody(
  now: Situation,
  screen: PanelScreen,
): { readonly lines: Line[]; readonly from: number; readonly to: number } {
  const { snapshot, parts, part: selected } = now;
  if (snapshot === null) return { lines: [], from: 0, to: 0 };
  if (parts.length === 0) return { lines: textLines(nothing, now, paints.plain), from: 0, to: 0 };
  if (screen.shows === 'wiring') return { lines: wiringLines(now), from: 0, to: 0 };
  const key = selected === null ? null : panelKey(selected);
  const blocks = parts.map((part) => partLines(part, now, panelKey(part) === key));
  const at = Math.max(
    0,
    parts.findIndex((part) => panelKey(part) === key),
  );
  const before = blocks.slice(0, at).reduce((sum, { length }) => sum + length, 0);
  const lines = blocks.flat();
  const isLost = now.remote.link.state !== 'live';
  return {
    lines: isLost ? lines.map(faint) : lines,
    // In sight from the first: Enter presses it.
    from: before,
    to: before + (blocks[at]?.length ?? 0),
  };
}

const nothing = 'rig.yaml names no buttons and no LEDs: see `gpio:` in docs/panel.md.';

function textLines(text: string, { width }: Situation, paint: Paint): Line[] {
  return wrap(text, Math.max(1, width - 2)).map((line) => [span(` ${line}`, paint)]);
}

function partLines(part: PanelPart, now: Situation, isSelected: boolean): Line[] {
  const mark = rowMark(isSelected ? ' ▌' : '  ', panelKey(part), isSelected);
  const name = span(`${clean(part.name, 32)}  `, paints.bold);
  const [sign, state, details] = wordsOf(part, now);
  const rest = wrap(details, Math.max(1, now.width - 5));
  return [
    [mark, sign, span(' '), name, state],
    ...rest.map((line): Line => [mark, span(`  ${line}`, paints.dim)]),
  ];
}

function wordsOf({ led, button }: PanelPart, now: Situation): Words {
  const { link } = now.remote;
  // The lines were given back: a light is what its wiring makes of that, a button is looked at by nobody.
  if (link.state === 'lost' && link.downBy !== undefined) {
    const does = led === undefined ? sayDeeds(button.does) : `shows ${clean(led.shows)}`;
    const state = led === undefined ? 'nobody looks at it' : 'nobody drives it';
    return [span('?', paints.dim), span(state), `${placeOf(led ?? button)} · ${does}`];
  }
  return led === undefined ? buttonWords(button, now) : ledWords(led, now);
}

type Words = readonly [sign: Line[number], state: Line[number], details: string];

function ledWords(led: LedRecord, now: Situation): Words {
  const { looks, says } = lightWords(led, now);
  const place = `${placeOf(led)} · shows ${clean(led.shows)}`;
  if (led.state !== 'ok')
    return [
      span('?', paints.warn),
      span(sayLineState(led.state), paints.warn),
      whyOf(led) ?? place,
    ];
  const light = lightOf(led, now);
  if (testMessage(now) !== null) return [span('?', paints.dim), span('is tested'), place];
  // How it is now is only known while the daemon answers, and is no matter of the rig while somebody tries it out.
  if (light === null) return [span('?', paints.dim), span(looks), `${place}: ${says}`];
  if (!isLit(led, now))
    return [span('○', paints.dim), span('dark until a button is pressed'), place];
  const sign = light.level === 1 ? span('●', paints.warn) : span('○', paints.dim);
  return [sign, span(looks), `${place}: ${says}`];
}

/** The answer to a finger while it is shown, else what it says all the time. */
function lightWords({ shows, rhythm, show }: LedRecord, { monoMs }: Situation) {
  if (show !== null && monoMs < showEndMs(show)) return showWords[show.is];
  return { looks: rhythmWords[rhythm].looks, says: sayLight(shows, rhythm) };
}

function isLit({ litUntilMs }: LedRecord, { monoMs }: Situation): boolean {
  return litUntilMs === null || monoMs < litUntilMs;
}

function lightOf(led: LedRecord, now: Situation): LightNow | null {
  const { remote, snapshot, monoMs } = now;
  if (remote.link.state !== 'live' || snapshot === null) return null;
  if (snapshot.gpio.testedBy !== null) return null;
  return isLit(led, now) ? levelAt(led.rhythm, led.show, monoMs) : { level: 0, nextChangeMs: null };
}

/** In how many ms the next LED on the screen changes; null when none does. */
export function blinkMs(now: Situation): number | null {
  if (now.screen.kind !== 'panel' || now.screen.shows !== 'parts') return null;
  const changes = now.parts.flatMap(({ led }) => {
    if (led === undefined || led.state !== 'ok') return [];
    return lightOf(led, now)?.nextChangeMs ?? [];
  });
  return changes.length === 0 ? null : Math.max(1, Math.min(...changes) - now.monoMs);
}

function buttonWords(button: ButtonRecord, { snapshot }: Situation): Words {
  const { state, pressed, does } = button;
  const details = `${placeOf(button)} · ${sayDeeds(does)}`;
  if (state !== 'ok') {
    const words = whyOf(button) ?? details;
    return [span('!', paints.warn), span(sayLineState(state), paints.warn), words];
  }
  if (does.level !== null) return switchWords(pressed, snapshot?.rig.desired ?? null, details);
  return pressed
    ? [span('█', paints.good), span('pressed', paints.good), details]
    : [span('-', paints.dim), span('up'), details];
}

/** A switch shows where it stands, whatever the rig does: who only sees the switch believes it. */
function switchWords(isOn: boolean, desired: RigDesired | null, details: string): Words {
  const isIdle = desired === 'idle';
  if (!isOn) {
    const words = isIdle || desired === null ? 'off' : 'off, and the rig is to record all the same';
    return [span('-', paints.dim), span(words), details];
  }
  if (!isIdle) return [span('█', paints.good), span('on', paints.good), details];
  const unmet = 'on, and nothing is recorded: turn it off and on';
  return [span('!', paints.warn), span(unmet, paints.warn), details];
}

/** It names the line. */
function whyOf({ why }: Pick<ButtonRecord, 'why'>): string | null {
  return why === undefined ? null : clean(why);
}

function placeOf(part: Pick<ButtonRecord, 'line' | 'pin'>): string {
  return clean(sayPlace(part));
}

function wiringLines(now: Situation): Line[] {
  const lines = now.parts.map((part) =>
    part.led === undefined
      ? { ...part.button, name: clean(part.name), kind: 'button' as const }
      : { ...part.led, name: clean(part.name), kind: 'led' as const },
  );
  if (now.width >= pinoutColumns) {
    return [
      ...pinout(lines).map((row): Line => [span(` ${row}`)]),
      ...textLines(corner, now, paints.dim),
    ];
  }
  return wiringWords(lines, now.width - 2).map((text): Line => [span(` ${text}`)]);
}
