import type { Config } from '../protocol/config.ts';
import type {
  ButtonDeeds,
  ButtonRecord,
  ButtonState,
  GpioLine,
  GpioList,
  GpioRecord,
  LedRecord,
} from '../protocol/gpio-record.ts';
import { sayDeeds } from '../protocol/gpio-words.ts';
import { lineNumber, pinOf } from '../protocol/header-pins.ts';
import type { Problem } from '../protocol/problem.ts';
import { asSentence, capital } from '../protocol/text.ts';
import { sayCount } from '../protocol/units.ts';
import type { ButtonConfig } from './bindings.ts';
import type { Board } from './board.ts';
import type { Buttons } from './buttons.ts';
import { headerNotes } from './header-notes.ts';
import type { Lamps } from './lamps.ts';
import type { InputWish, LineError, Lines, OutputWish } from './lines.ts';
import type { LedConfig } from './pattern.ts';

export type GpioConfig = NonNullable<Config['gpio']>;

/** The kernel drops what no contact does: it would only cost. Bounces stay, so that they can be counted. In ms. */
const filterMs = 1;

/** What a button wants of its line. */
export function inputWish({ line, name, pull, activeLow }: ButtonConfig): InputWish {
  const number = lineNumber(line);
  const isLow = activeLow ?? pull !== 'down';
  return { line: number, consumer: consumerOf(name), bias: pull, activeLow: isLow, filterMs };
}

/** What an LED wants of its line. */
export function outputWish({ line, name, activeLow }: LedConfig): OutputWish {
  return { line: lineNumber(line), consumer: consumerOf(name), activeLow, level: 0 };
}

/** The kernel keeps 31 characters of it. */
function consumerOf(name: string): string {
  return `rigdeck ${name}`.slice(0, 31);
}

/** A button and an LED may have the same name. */
export function keyOf(kind: 'button' | 'led', name: string): string {
  return `${kind} ${name}`;
}

export type PanelParts = {
  readonly board: Board;
  readonly buttons: Buttons;
  readonly lamps: Lamps;
};

/** The panel as everybody sees it. */
export function recordOf(
  gpio: GpioConfig,
  { board, buttons, lamps }: PanelParts,
  now: Pick<GpioRecord, 'testedBy' | 'testedSinceMs' | 'testedUntilMs' | 'refused'>,
): GpioRecord {
  const ofButton = (button: ButtonConfig): ButtonRecord => ({
    ...placeOf(button),
    state: buttonState(button.name, board, buttons),
    ...whyNot(board, keyOf('button', button.name)),
    pressed: buttons.pressed(button.name),
    does: deedsOf(button),
  });
  const ofLed = (led: LedConfig): LedRecord => ({
    ...placeOf(led),
    state: lineState(board, keyOf('led', led.name)),
    ...whyNot(board, keyOf('led', led.name)),
    shows: led.shows,
    ...lamps.lightOf(led),
    exit: led.exit,
  });
  return {
    ...chipOf(board),
    ...now,
    buttons: Object.fromEntries(gpio.buttons.map((button) => [button.name, ofButton(button)])),
    leds: Object.fromEntries(gpio.leds.map((led) => [led.name, ofLed(led)])),
  };
}

/** Every line with its level and its holder, for `gpio list`. */
export function listOf(gpio: GpioConfig, { board, buttons, lamps }: PanelParts): GpioList {
  const ofButton = (button: ButtonConfig): GpioLine => ({
    ...aboutButton(button),
    level: board.read(keyOf('button', button.name)),
    consumer: consumerAt(board.lines, button),
    state: buttonState(button.name, board, buttons),
  });
  const ofLed = (led: LedConfig): GpioLine => {
    const state = lineState(board, keyOf('led', led.name));
    const level = state === 'ok' ? lamps.levelOf(led.name) : null;
    const rhythm = state === 'ok' ? lamps.rhythmNow(led.name) : null;
    const consumer = consumerAt(board.lines, led);
    const show = state === 'ok' ? lamps.showNow(led.name) : null;
    const light = { ...(rhythm === null ? {} : { rhythm }), ...(show === null ? {} : { show }) };
    return { ...aboutLed(led), level, ...light, consumer, state };
  };
  const lines = [...gpio.buttons.map(ofButton), ...gpio.leds.map(ofLed)];
  const problem = sayWhole(board.faults);
  // The first is the problem itself.
  const others = board.faults.slice(1).flatMap((fault) => sayWhole([fault]) ?? []);
  const notes = [...others, ...notesOf(gpio, board.lines)];
  return { version: 1, ...chipOf(board), problem, notes, lines };
}

/** The same of lines that nobody here has opened. */
export function listUnopened(gpio: GpioConfig, lines: Lines | null): GpioLine[] {
  const rest = (wired: Wired) =>
    ({ level: null, consumer: consumerAt(lines, wired), state: 'unopened' }) as const;
  return [
    ...gpio.buttons.map((button) => ({ ...aboutButton(button), ...rest(button) })),
    ...gpio.leds.map((led) => ({ ...aboutLed(led), ...rest(led) })),
  ];
}

/** What these lines cannot do for this panel, each with what to do about it. */
export function notesOf(gpio: GpioConfig, lines: Lines | null): string[] {
  return [...headerNotes(gpio), ...biasNotes(gpio, lines)];
}

function biasNotes({ buttons }: GpioConfig, lines: Lines | null): string[] {
  const pulled = buttons.filter(({ pull }) => pull !== 'none').map(({ line }) => line);
  const hasBias = !(lines?.limits.includes('bias') ?? false);
  if (hasBias || pulled.length === 0) return [];
  const names = pulled.join(', ');
  return [
    `${lines?.backend} switches no pull resistors on: ${names} need${pulled.length === 1 ? 's one' : ' one each'}, soldered or set by the firmware (docs/wiring.md)`,
  ];
}

/** Why not everything works, in one sentence and with one remedy; null when it does. */
export function sayFaults([first, ...more]: readonly LineError[]) {
  if (first === undefined) return null;
  const others =
    more.length === 0 ? '' : `; ${sayCount(more.length, 'other line')} cannot be used either`;
  return { message: `${capital(first.message)}${others}`, remedy: first.remedy };
}

/** The same with what to do about it. */
export function sayWhole(faults: readonly LineError[]): string | null {
  const said = sayFaults(faults);
  return said === null ? null : `${asSentence(said.message)} ${capital(said.remedy)}`;
}

/** In one sentence: which buttons are faulty; null when none is. */
export function sayFaulty(
  buttons: readonly ButtonConfig[],
  faultOf: (name: string) => string | null,
): Pick<Problem, 'message' | 'remedy'> | null {
  if (buttons.length === 0) return null;
  const each = buttons.map(({ name, line }) => {
    const is = faultOf(name) === 'stuck' ? 'is stuck' : 'chatters';
    return `button ${name} (${line}) ${is}`;
  });
  const message = `${capital(each.join(', '))}, and is ignored until it is quiet`;
  return { message, remedy: 'Look at the button, its cable and its plug.' };
}

type Wired = Pick<ButtonConfig, 'line' | 'name'>;

function placeOf({ line }: Wired) {
  return { line, pin: pinOf(line) };
}

function aboutButton(button: ButtonConfig) {
  const does = sayDeeds(deedsOf(button));
  return { ...placeOf(button), kind: 'button', name: button.name, does } as const;
}

function aboutLed(led: LedConfig) {
  return { ...placeOf(led), kind: 'led', name: led.name, does: `shows ${led.shows}` } as const;
}

function chipOf({ lines, faults }: Board) {
  const problem = sayFaults(faults)?.message ?? null;
  return { backend: lines?.backend ?? 'off', chip: lines?.chip ?? null, problem } as const;
}

function consumerAt(lines: Lines | null, { line }: Wired): string | null {
  try {
    return lines?.info(lineNumber(line))?.consumer ?? null;
  } catch {
    return null; // a line that the chip does not have is held by nobody
  }
}

function deedsOf({ click, double, hold, level }: ButtonConfig): ButtonDeeds {
  return {
    click: click ?? null,
    double: double ?? null,
    hold: hold === undefined ? null : { afterMs: hold.after, action: hold.do },
    level: level ?? null,
  };
}

function buttonState(name: string, board: Board, buttons: Buttons): ButtonState {
  const state = lineState(board, keyOf('button', name));
  if (state === 'ok' && buttons.isSettling(name)) return 'opening';
  return state === 'ok' ? (buttons.fault(name) ?? 'ok') : state;
}

/** Where the chip is not there, that is why, and no matter of each line. */
function whyNot(board: Board, key: string): { readonly why?: string } {
  const state = board.stateOf(key);
  if (typeof state === 'string' || board.lines === null) return {};
  return { why: capital(state.message) };
}

function lineState(board: Board, key: string): 'opening' | 'ok' | 'lost' {
  const state = board.stateOf(key);
  if (state === 'open') return 'ok';
  return state === 'opening' ? 'opening' : 'lost';
}
