import { setImmediate as turn } from 'node:timers/promises';
import { SimulatedLines } from '../../../src/gpio/backends/simulated.ts';
import { type Level, LineError, type Lines } from '../../../src/gpio/lines.ts';
import { Panel } from '../../../src/gpio/panel.ts';
import type { GpioConfig } from '../../../src/gpio/panel-record.ts';
import { configSchema } from '../../../src/protocol/config.ts';
import type { GpioRecord } from '../../../src/protocol/gpio-record.ts';
import { lineNumber } from '../../../src/protocol/header-pins.ts';
import type { Preflight } from '../../../src/protocol/preflight.ts';
import type { Problem } from '../../../src/protocol/problem.ts';
import type { Verdict } from '../../../src/protocol/rig.ts';
import { type CoreRig, ready } from '../../core/support/core-rig.ts';
import { sampleHost } from '../../support/sample-rig.ts';

/** What docs/wiring.md begins with. */
export const usual = {
  buttons: [
    {
      line: 'GPIO17',
      name: 'record',
      click: 'record.start',
      hold: { after: '2s', do: 'record.stop' },
    },
    { line: 'GPIO27', name: 'mark', click: 'mark' },
  ],
  leds: [{ line: 'GPIO22', name: 'status', shows: 'rig' }],
};

/** A panel on simulated lines, joined to a real core; time is moved by hand. */
export class PanelRig {
  readonly core: CoreRig;
  readonly panel: Panel;
  lines: SimulatedLines;
  /** What opening the chip comes to. */
  open: () => Promise<Lines>;
  openings = 0;
  verdict: Preflight['verdict'] = 'ready';
  readonly verdicts: Verdict[] = [];
  readonly events: string[] = [];
  readonly mistakes: unknown[] = [];
  /** How often the alarm rang. */
  rings = 0;
  #due: number | null = null;
  #ring: () => void = () => undefined;

  constructor(gpio: object = usual, core: CoreRig = ready({ modules: { mic: {} } })) {
    this.core = core;
    this.lines = new SimulatedLines(() => core.monoMs);
    this.open = async () => this.lines;
    this.panel = new Panel({
      gpio: configOf(gpio),
      rig: {
        snapshot: () => ({ ...core.snapshot(), host: sampleHost }),
        observe: (listener) => core.manager.observe(listener),
        submit: (intent, sender) =>
          new Promise((resolve) => {
            core.manager.intend(intent, sender, (verdict) => {
              this.verdicts.push(verdict);
              resolve(verdict);
            });
          }),
      },
      open: () => {
        this.openings += 1;
        return this.open();
      },
      preflight: async () => ({ version: 1, at: '', verdict: this.verdict, checks: [] }),
      makeAlarm: (ring) => {
        this.#ring = ring;
        const set = (due: number | null) => {
          this.#due = due;
        };
        return { set, clear: () => set(null) };
      },
      now: () => core.monoMs,
      publish: (record) => core.input({ type: 'gpio', gpio: record }, 'panel'),
      fault: (fault) =>
        core.input(
          typeof fault === 'string'
            ? { type: 'problem-over', module: null, code: fault }
            : { type: 'problem', module: null, fault },
        ),
      event: (name, message) => this.events.push(`${name} ${message}`),
      mistake: (error) => this.mistakes.push(error),
    });
  }

  /** Begins, and waits until its lines are open and have come to rest. */
  static async up(gpio?: object, core?: CoreRig): Promise<PanelRig> {
    const rig = new PanelRig(gpio, core);
    await rig.start();
    await rig.pass(100);
    return rig;
  }

  async start(): Promise<void> {
    this.panel.start();
    await this.pass(0);
  }

  get gpio(): GpioRecord {
    return this.core.snapshot().gpio;
  }

  get dueMs(): number | null {
    return this.#due;
  }

  problem(code: 'gpio' | 'button'): Problem | null {
    return this.core.rig.problems.find((one) => one.code === code) ?? null;
  }

  /** Time passes, and the alarm rings when it is set to. */
  async pass(ms: number): Promise<void> {
    const end = this.core.monoMs + ms;
    await turn();
    while (this.#due !== null && this.#due <= end) {
      this.core.pass(Math.max(0, this.#due - this.core.monoMs));
      this.#due = null;
      this.rings += 1;
      this.#ring();
      await turn();
    }
    this.core.pass(end - this.core.monoMs);
    await turn();
  }

  down(line: string): void {
    this.lines.set(lineNumber(line), 1);
  }

  up(line: string): void {
    this.lines.set(lineNumber(line), 0);
  }

  /** A finger, and then long enough that the press is known. */
  async press(line: string, heldMs = 100): Promise<void> {
    this.down(line);
    await this.pass(heldMs);
    this.up(line);
    await this.pass(50);
  }

  lit(line: string): Level | null {
    return this.lines.lit(lineNumber(line));
  }

  /** For how long the LED is on, off, on ... from now, in ms, looked at every 10 ms. */
  async watch(line: string, ms: number): Promise<number[]> {
    const lengths: number[] = [];
    let before: Level | null = null;
    for (let passed = 0; passed < ms; passed += 10) {
      const level = this.lit(line);
      if (level !== before) lengths.push(0);
      lengths.push((lengths.pop() ?? 0) + 10);
      before = level;
      await this.pass(10);
    }
    return lengths;
  }
}

/** What a backend tells when its chip is unplugged. */
export function gone(): LineError {
  return new LineError('lost', 'the chip is gone', 'Plug it in again.');
}

/** The part `gpio:` of a rig.yaml. */
function configOf(gpio: object): GpioConfig {
  const { gpio: parsed } = configSchema.parse({ version: 1, gpio });
  if (parsed === undefined) throw new Error('no panel');
  return parsed;
}
