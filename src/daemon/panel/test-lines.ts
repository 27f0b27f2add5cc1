import { pressSettings } from '../../gpio/bindings.ts';
import { Board } from '../../gpio/board.ts';
import { Buttons } from '../../gpio/buttons.ts';
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
import { whyNoPanel } from './no-panel.ts';
import { configuredPanel, openConfigured } from './open-lines.ts';

/** Why lines cannot be used; `isWhole`: none can. */
type TestFault = {
  readonly message: string;
  readonly remedy: string;
  readonly isWhole: boolean;
};

/** What a daemon that is started meanwhile is told: who holds its lines. */
const consumer = 'rigdeck gpio test';

/**
 * Tries out buttons and LEDs where no daemon holds them.
 *
 * @param tell told what happens, until the function that it gives is called
 * @param problem told why a line, or all of them, cannot be used; null: all can
 */
export function testLines(
  configured: GpioConfig | undefined,
  runDir: string,
  tell: (event: GpioTestEvent) => void,
  problem: (fault: TestFault | null) => void,
): () => void {
  const gpio = configuredPanel(configured);
  if (gpio === null) {
    tell({ is: 'ended', words: whyNoPanel(configured) });
    return () => undefined;
  }
  let lit: ReadonlySet<string> = new Set();
  const leds = gpio.leds.map(({ name }) => name);
  const light = (now: ReadonlySet<string>) => {
    lit = now;
    for (const led of leds) board.write(keyOf('led', led), now.has(led) ? 1 : 0);
  };
  const over = (words: string) => tell({ is: 'ended', words });
  const run = new TrialRun({ leds, buttons: gpio.buttons, light, tell, over }, monoMs());
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
      wish: { ...inputWish(one), consumer },
    })),
    outputs: gpio.leds.map((one) => ({
      ...wired('led', one.name),
      wish: { ...outputWish(one), consumer },
    })),
    levelOf: (led) => (lit.has(led) ? 1 : 0),
    opened: (name, level) => buttons.opened(name, level, monoMs()),
    edge: (name, edge) => {
      run.edge(name, edge);
      buttons.edge(name, edge);
      refresh();
    },
    changed: () => {
      const fault = sayFaults(board.faults);
      problem(fault === null ? null : { ...fault, isWhole: board.lines === null });
      if (board.lines !== null) run.ring(monoMs());
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
