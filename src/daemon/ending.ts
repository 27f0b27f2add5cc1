import { exitCodes } from '../protocol/exit-codes.ts';
import { powerOffStep } from '../protocol/names.ts';
import type { Parts, Place } from './parts.ts';
import type { Persistence } from './persistence.ts';
import { flushDisks, powerOff } from './power-off.ts';
import type { Rigdeck } from './rigdeck.ts';
import { controlledStop, runShutdown } from './shutdown.ts';
import { writeDump } from './state-dump.ts';

/** A hand-over that takes longer leaves the rest to what is on disk already. In ms. */
const handOverMs = 5_000;

/** Asks of the core are numbered from 1. */
const nobodysAsk = 0;

export type EndingPort = {
  readonly place: Place;
  readonly parts: Parts;
  readonly rig: Rigdeck;
  readonly persistence: Persistence;
  /** The last that is to be read of this daemon. `by` asked for the controlled stop; null for a hand-over. */
  lastWord(by: string | null, failedSteps: readonly string[]): Promise<void>;
  closeHooks(): Promise<void>;
  closeSockets(): Promise<void>;
  /** Buttons and LEDs: `end` shows that the rig is being stopped, `close` gives the lines back. */
  readonly panel: { end(): void; close(): void };
  finish(code: number): void;
};

/** The two ways a daemon ends in order: the controlled stop, and the hand-over to the next daemon. */
export class Ending {
  readonly #port: EndingPort;
  /** `over`: all is done and written; only the machine is still to be switched off. */
  #way: 'none' | 'stop' | 'hand-over' | 'over' = 'none';

  constructor(port: EndingPort) {
    this.#port = port;
  }

  /** Whether the daemon is on its way out, whichever way. */
  get hasBegun(): boolean {
    return this.#way !== 'none';
  }

  /** The controlled stop, and then the power-off command for a rig. */
  async stop(what: 'daemon' | 'rig', actor: string): Promise<void> {
    if (this.#way !== 'none') return;
    this.#way = 'stop';
    this.#port.rig.event('shutdown', null, `controlled stop (${what}) asked for by ${actor}`);
    this.#port.panel.end();
    const failed = await runShutdown({
      steps: controlledStop(this.#closeSteps(what, actor)),
      progress: (step, missing) =>
        this.#port.place.log.write('info', missing === null ? step : `${step}: ${missing}`),
      failed: (step, missing) => this.#stepFailed(step, missing),
    });
    if (this.#way !== 'stop') return;
    await this.#port.lastWord(actor, failed);
    await this.#port.parts.runs.handOver();
    if (what === 'rig') failed.push(...(await this.#powerOff(actor, failed)));
    this.#port.finish(failed.length === 0 ? exitCodes.done : exitCodes.partly);
  }

  #closeSteps(what: 'daemon' | 'rig', actor: string) {
    const { recordings, runs } = this.#port.parts;
    const state = () => this.#port.rig.manager.state();
    return {
      state,
      close: (step: 'refuse-intents' | 'stop-recording' | 'stop-modules') =>
        this.#port.rig.input({ type: 'close', step }, actor, `shutdown: ${step}`),
      flushRecordings: () => {
        recordings.endSession(nobodysAsk);
        return recordings.flush();
      },
      unwrittenRecordings: () => recordings.unwritten(),
      recordingsAreLost: () => recordings.isHopeless(),
      finishHooks: () => this.#port.closeHooks(),
      flushState: () => this.#flushAll(true),
      killLeftovers: () => {
        for (const { name, runs: run } of Object.values(state().modules)) {
          runs.signal(name, run, 'SIGKILL');
        }
      },
      leftBehind: () => runs.leftBehind(),
      closeSockets: () => this.#port.closeSockets(),
      releaseLines: () => this.#port.panel.close(),
      flushDisks: what === 'rig' ? flushDisks : null,
    };
  }

  /** @param forget nothing is to be recovered: a person asked for the stop */
  async #flushAll(forget: boolean): Promise<string | null> {
    const { recordings, preferences, journal } = this.#port.parts;
    await recordings.close();
    const unwritten = await this.#port.persistence.flush();
    const unforgotten = forget ? await this.#port.persistence.forgetRecovery() : null;
    const said = await preferences.flush();
    this.#port.persistence.stop();
    preferences.stop();
    const journalled = await journal.close();
    if (unwritten !== null || unforgotten !== null) return unwritten ?? unforgotten;
    if (!said) return 'rig.yaml could not be written';
    return journalled ? null : 'the journal could not be written';
  }

  async #stepFailed(step: string, missing: string): Promise<void> {
    this.#port.place.log.write('error', `step "${step}" failed: ${missing}`);
    this.#port.rig.event('shutdown-step-failed', null, `${step}: ${missing}`);
    writeDump(
      this.#port.place.stateDir,
      this.#port.rig.manager,
      `shutdown step "${step}": ${missing}`,
    );
    await this.#port.parts.journal.flush();
  }

  /** Once it is on its way nothing may be done any more: the last word is said before. @returns what failed */
  async #powerOff(actor: string, failed: readonly string[]): Promise<string[]> {
    this.#way = 'over';
    const { log, loaded } = this.#port.place;
    log.write('info', `power off: ${loaded.shutdownCommand.join(' ')}`);
    const words = await powerOff(loaded.shutdownCommand, loaded.folder);
    if (words === null) return [];
    const step = `${powerOffStep}${words}`;
    log.write('error', step);
    this.#port.rig.event('power-off-failed', null, `the machine is still on: ${words}`);
    await this.#port.parts.journal.flush();
    await this.#port.lastWord(actor, [...failed, step]);
    return [step];
  }

  /** Flushes, closes the sockets, and leaves modules as they are for the next daemon. Interrupts a stop. */
  async handOver(): Promise<void> {
    if (this.#way === 'hand-over') return;
    // The system ends us because we asked it to end: what was stopped on purpose must not look like a hand-over.
    if (this.#way === 'over') return this.#port.finish(exitCodes.done);
    this.#way = 'hand-over';
    this.#port.place.log.write('info', 'handing over: modules go on for the next daemon');
    this.#port.rig.event('hand-over', null, 'modules go on for the next daemon');
    const late = setTimeout(() => this.#port.finish(exitCodes.done), handOverMs);
    await this.#port.closeHooks();
    const missing = await this.#flushAll(false);
    if (missing !== null) this.#port.place.log.write('warn', missing);
    await this.#port.lastWord(null, []);
    await this.#port.closeSockets();
    this.#port.panel.close();
    await this.#port.parts.runs.handOver();
    clearTimeout(late);
    this.#port.finish(exitCodes.done);
  }
}
