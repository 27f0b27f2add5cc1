import { pressSettings } from '../../gpio/bindings.ts';
import { Board } from '../../gpio/board.ts';
import { Buttons } from '../../gpio/buttons.ts';
import { type LineError, testConsumer } from '../../gpio/lines.ts';
import {
  type GpioConfig,
  inputWish,
  keyOf,
  outputWish,
  sayFaults,
} from '../../gpio/panel-record.ts';
import { TrialRun } from '../../gpio/trial-run.ts';
import type { GpioTestEvent } from '../../protocol/gpio-record.ts';
import { Alarm } from '../alarm.ts';
import { monoMs } from '../clock.ts';
import { howToHavePanel, whyNoPanel } from './no-panel.ts';
import { configuredPanel, openConfigured } from './open-lines.ts';

/** Why no line can be used. */
type TestFault = Pick<LineError, 'code' | 'message' | 'remedy'>;

/**
 * Tries out buttons and LEDs where no daemon holds them.
 *
 * @param tell told what happens, until the function that it gives is called
 * @param looked told when it was tried to open lines: null, or why not a single one can be used
 */
export function testLines(
  configured: GpioConfig | undefined,
  runDir: string,
  tell: (event: GpioTestEvent) => void,
  looked: (fault: TestFault | null) => void,
): () => void {
  const gpio = configuredPanel(configured);
  if (gpio === null) {
    looked({
      code: 'no-line',
      message: whyNoPanel(configured),
      remedy: howToHavePanel(configured),
    });
    return () => undefined;
  }
  let lit: ReadonlySet<string> = new Set();
  const leds = gpio.leds.map(({ name }) => name);
  const light = (now: ReadonlySet<string>) => {
    lit = now;
    for (const led of leds) board.write(keyOf('led', led), now.has(led) ? 1 : 0);
  };
  const over = (words: string) => tell({ is: 'ended', words });
  const stateOf = (key: string) => board.stateOf(key);
  const run = new TrialRun({ leds, buttons: gpio.buttons, stateOf, light, tell, over }, monoMs());
  const buttons = new Buttons({
    settings: Object.fromEntries(gpio.buttons.map((one) => [one.name, pressSettings(one)])),
    read: (name) => board.read(keyOf('button', name)),
    told: (name, event) => run.told(name, event),
  });
  const refresh = () => {
    const dues = [board, buttons, run].flatMap(({ nextMs }) => nextMs ?? []);
    alarm.set(dues.length === 0 ? null : Math.min(...dues));
  };
  const alarm = new Alarm(() => {
    for (const part of [board, buttons, run]) part.ring(monoMs());
    refresh();
  });
  const wired = (kind: 'button' | 'led', name: string) => ({ key: keyOf(kind, name), name });
  const board = new Board({
    open: () => openConfigured(gpio, runDir),
    inputs: gpio.buttons.map((one) => ({
      ...wired('button', one.name),
      wish: { ...inputWish(one), consumer: testConsumer },
    })),
    outputs: gpio.leds.map((one) => ({
      ...wired('led', one.name),
      wish: { ...outputWish(one), consumer: testConsumer },
    })),
    levelOf: (led) => (lit.has(led) ? 1 : 0),
    opened: (name, level) => buttons.opened(name, level, monoMs()),
    edge: (name, edge) => {
      run.edge(name, edge);
      buttons.edge(name, edge);
      refresh();
    },
    changed: () => {
      const words = sayFaults(board.faults);
      const [fault] = board.faults;
      const isOver = !board.isUsable && words !== null && fault !== undefined;
      looked(isOver ? { ...words, code: fault.code } : null);
      if (!isOver) run.ring(monoMs());
      refresh();
    },
    mistake: () => undefined, // a line that cannot be given back: the process ends soon
    now: monoMs,
  });
  board.ring(monoMs());
  return () => {
    alarm.clear();
    board.close((led) => (gpio.leds.find(({ name }) => name === led)?.exit === 'on' ? 1 : 0));
  };
}
