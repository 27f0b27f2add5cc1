import type { GpioList, GpioTestEvent, RefusedPress } from '../protocol/gpio-record.ts';
import { sayTest } from '../protocol/gpio-test-words.ts';
import type { Problem, Refusal } from '../protocol/problem.ts';
import type { Change } from '../protocol/snapshot.ts';
import { type ButtonConfig, deedOf, pressSettings } from './bindings.ts';
import { Board } from './board.ts';
import { Buttons } from './buttons.ts';
import { doDeed } from './do-deed.ts';
import { Lamps } from './lamps.ts';
import { MadePresses } from './made-presses.ts';
import type { PanelPort } from './panel-port.ts';
import {
  inputWish,
  keyOf,
  listOf,
  outputWish,
  recordOf,
  sayFaults,
  sayFaulty,
} from './panel-record.ts';
import { Past } from './past.ts';
import type { PressEvent } from './press-events.ts';
import type { MadePress } from './press-watch.ts';
import { records, TryOut } from './try-out.ts';
import { sayUnmet, unmetSwitches } from './unmet-switches.ts';

/** Figures of the machine change without a change of the state: lights that show them look again so often. In ms. */
const lookMs = 2_000;

/**
 * Buttons and LEDs: one more observer of the rig, and one more source of intents.
 *
 * Everything that has a time of its own (lines that are tried again, presses, rhythms) is data, and one alarm clock rings for the
 * earliest of it. Nothing here is waited for by anybody, and no fault of a line is a fault of the rig.
 */
export class Panel {
  readonly #port: PanelPort;
  readonly #board: Board;
  readonly #buttons: Buttons;
  readonly #lamps: Lamps;
  readonly #alarm: ReturnType<PanelPort['makeAlarm']>;
  readonly #past = new Past();
  readonly #faults = new Map<'gpio' | 'button', string>();
  #stopObserving: () => void = () => undefined;
  #seenMs = 0;
  #isNews = false;
  #published = '';
  #refused: RefusedPress | null = null;
  #isEnding = false;
  #isClosed = false;
  readonly #presses: MadePresses;
  readonly #tryOut: TryOut;

  constructor(port: PanelPort) {
    const { gpio } = port;
    this.#port = port;
    this.#presses = new MadePresses(gpio.buttons);
    this.#lamps = new Lamps({
      leds: gpio.leds,
      write: (led, level) => this.#board.write(keyOf('led', led), level),
    });
    this.#tryOut = new TryOut({
      gpio,
      stateOf: (key) => this.#board.stateOf(key),
      light: (lit) => this.#lamps.byHand(lit),
      changed: () => {
        this.#isNews = true;
        this.#refresh();
      },
      event: (name, message) => port.event(name, message),
      now: () => port.now(),
    });
    this.#buttons = new Buttons({
      settings: Object.fromEntries(gpio.buttons.map((one) => [one.name, pressSettings(one)])),
      read: (name) => this.#board.read(keyOf('button', name)),
      told: (name, event) => this.#told(name, event),
      settled: () => {
        this.#isNews = true;
      },
    });
    this.#board = new Board({
      open: () => port.open(),
      inputs: gpio.buttons.map((one) => ({ ...named('button', one), wish: inputWish(one) })),
      outputs: gpio.leds.map((one) => ({ ...named('led', one), wish: outputWish(one) })),
      levelOf: (led) => this.#lamps.levelOf(led),
      opened: (button, level) => this.#buttons.opened(button, level, port.now()),
      edge: (button, edge) => {
        this.#tryOut.edge(button, edge);
        this.#buttons.edge(button, edge);
        this.#refresh();
      },
      changed: () => this.#lookAtBoard(),
      mistake: (error) => port.mistake(error),
      now: () => port.now(),
    });
    this.#alarm = port.makeAlarm(() => this.#ring());
  }

  /** Begins to open the lines and to follow the rig. Returns at once. */
  start(): void {
    this.#stopObserving = this.#port.rig.observe((change) => this.#follow(change));
    this.#look();
    this.#board.ring(this.#port.now());
    this.#refresh();
  }

  list(): GpioList {
    const test = sayTest(this.#tryOut.record, this.#port.now());
    const list = listOf(this.#port.gpio, this.#parts());
    const unmet = sayUnmet(this.#unmet());
    const notes = [
      ...(test === null ? [] : [`${test.what} ${test.remedy}`]),
      ...(unmet === null ? [] : [`${unmet.message}. ${unmet.remedy}`]),
    ];
    return { ...list, notes: [...notes, ...list.notes] };
  }

  /**
   * Presses a simulated button and lets go of it after so long.
   *
   * @param which its line, or its name
   */
  press(which: string, holdMs: number): MadePress | Refusal {
    return this.#presses.press(this.#board.lines, which, holdMs);
  }

  /**
   * Lets somebody try out buttons and LEDs, for as long as the rig is idle. Buttons do nothing else meanwhile. It ends by itself when
   * nobody presses one any more.
   */
  test(
    who: string,
    tell: (event: GpioTestEvent) => void,
  ): { begin(): void; end(): void } | Refusal {
    const refusal = this.#whyNoTest();
    if (refusal !== null) return refusal;
    const end = this.#tryOut.begin(who, tell);
    return typeof end === 'function' ? { begin: () => this.#ring(), end } : end;
  }

  /** The rig is being stopped: the light says that it is busy until the lines are given back. */
  end(): void {
    this.#isEnding = true;
    this.#tryOut.over('Rigdeck is being stopped');
    this.#lamps.end();
    this.#look();
    this.#refresh();
  }

  /** Gives the lines back; LEDs go to where rig.yaml wants them left. Nothing happens afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#stopObserving();
    this.#alarm.clear();
    const on = new Set(this.#port.gpio.leds.flatMap((led) => (led.exit === 'on' ? led.name : [])));
    this.#board.close((led) => (on.has(led) ? 1 : 0));
  }

  #parts() {
    return { board: this.#board, buttons: this.#buttons, lamps: this.#lamps };
  }

  #follow({ changed }: Change): void {
    if (Object.keys(changed).every((path) => path === 'gpio')) return;
    this.#look();
    this.#refresh();
  }

  #look(): void {
    const snapshot = this.#port.rig.snapshot();
    this.#seenMs = this.#port.now();
    this.#past.remember(snapshot, this.#seenMs);
    this.#lamps.follow(snapshot, this.#unmet().length > 0);
    this.#isNews = true;
    this.#tryOut.look(snapshot);
  }

  #ring(): void {
    const nowMs = this.#port.now();
    this.#board.ring(nowMs);
    this.#buttons.ring(nowMs);
    this.#tryOut.ring(nowMs);
    if (nowMs - this.#seenMs >= lookMs) this.#look();
    this.#refresh();
  }

  /** Lights are brought to this instant, what is new is told, and the alarm is set to what comes next. */
  #refresh(): void {
    if (this.#isClosed) return;
    if (this.#lamps.ring(this.#port.now())) this.#isNews = true;
    if (this.#isNews) this.#tellNews();
    const parts = [this.#board, this.#buttons, this.#lamps, this.#tryOut];
    const dues = parts.flatMap(({ nextMs }) => nextMs ?? []);
    this.#alarm.set(dues.length === 0 ? null : Math.min(...dues));
  }

  #tellNews(): void {
    this.#isNews = false;
    const record = recordOf(this.#port.gpio, this.#parts(), {
      ...this.#tryOut.record,
      refused: this.#refused,
    });
    const text = JSON.stringify(record);
    if (text === this.#published) return;
    this.#published = text;
    this.#port.publish(record);
    const faulty = this.#port.gpio.buttons.filter(({ name }) => this.#buttons.fault(name) !== null);
    const fault = sayFaulty(faulty, (name) => this.#buttons.fault(name));
    this.#tellFault('button', fault ?? sayUnmet(this.#unmet()));
    this.#tellFault('gpio', sayFaults(this.#board.faults));
  }

  #tellFault(code: 'gpio' | 'button', words: Pick<Problem, 'message' | 'remedy'> | null): void {
    const before = this.#faults.get(code);
    if (before === words?.message) return;
    if (words === null) this.#faults.delete(code);
    else this.#faults.set(code, words.message);
    this.#port.fault(words === null ? code : { code, ...words });
  }

  #lookAtBoard(): void {
    for (const button of this.#port.gpio.buttons) {
      const isOpen = this.#board.stateOf(keyOf('button', button.name)) === 'open';
      if (isOpen) continue;
      this.#buttons.lost(button.name);
      this.#lamps.countsNoMore(button.name);
    }
    this.#look();
    this.#refresh();
  }

  #told(name: string, event: PressEvent): void {
    this.#act(name, event);
    this.#presses.told(name, event);
  }

  #act(name: string, event: PressEvent): void {
    this.#isNews = true;
    this.#tryOut.told(name, event);
    this.#light(name, event);
    const button = this.#port.gpio.buttons.find((one) => one.name === name);
    if (button === undefined) return;
    const seen = 'meantMs' in event ? this.#past.at(event.meantMs) : null;
    const asked = deedOf(button, event, seen ?? this.#port.rig.snapshot());
    if (asked === null) return;
    const deed = this.#tryOut.against(event) ?? asked;
    const answered = this.#presses.asked(name, deed);
    doDeed(deed, button, this.#port, (end) => {
      answered(end);
      const { light, refusal } = end;
      if (light === null) return;
      if (refusal !== null) this.#refused = sayWhy(button, refusal, this.#port.now());
      this.#lamps.answer({ is: light, sinceMs: this.#port.now() });
      this.#isNews = true;
      this.#refresh();
    });
  }

  #unmet(): readonly ButtonConfig[] {
    if (this.#isEnding) return [];
    const isOn = (name: string) => this.#buttons.pressed(name);
    return unmetSwitches(this.#port.gpio.buttons, isOn, this.#port.rig.snapshot());
  }

  #light(name: string, event: PressEvent): void {
    const { is } = event;
    if (is === 'pressed' || is === 'switched') this.#refused = null;
    if (is === 'switched' || is === 'faulty' || is === 'well') this.#look();
    if (is === 'pressed' || is === 'switched' || is === 'hold') this.#lamps.wake(event.atMs);
    if (is === 'pressed' && event.holdAtMs !== null && !this.#tryOut.isUnderWay) {
      this.#lamps.counts(name, event.downMs, event.holdAtMs);
    } else if (endsHold.has(is)) this.#lamps.countsNoMore(name);
  }

  #whyNoTest(): Refusal | null {
    if (records(this.#port.rig.snapshot())) {
      const message = 'The rig records, and its lights must not lie.';
      return { reason: 'recording', message, remedy: 'Stop first: rigdeck record stop' };
    }
    if (this.#board.isUsable) return null;
    const { message, remedy } = sayFaults(this.#board.faults) ?? notOpenYet;
    return { reason: 'no-such-line', message, remedy };
  }
}

const endsHold: ReadonlySet<PressEvent['is']> = new Set(['released', 'hold', 'faulty', 'dropped']);
const notOpenYet = { message: 'No line is open yet.', remedy: 'Try again in a moment.' };

/** Three fast flashes say that it was refused; screens say why. */
function sayWhy(
  { name, line }: ButtonConfig,
  { message, remedy }: Refusal,
  nowMs: number,
): RefusedPress {
  return { button: name, line, atMs: Math.round(nowMs), message, remedy };
}

function named(kind: 'button' | 'led', { name }: { readonly name: string }) {
  return { key: keyOf(kind, name), name };
}
