import type { HostRecord } from '../../protocol/snapshot.ts';
import { monoMs } from '../clock.ts';
import type { ClockFacts, ClockSource } from './clock-source.ts';
import { figuresOf } from './host-figures.ts';
import { MachineJudge } from './machine-judge.ts';
import type { MachineLook, Sensors } from './sensors.ts';
import { StorageWatch, type StorageWatchPort } from './storage-watch.ts';

/** What others may know of this machine. Nothing here looks at anything, or changes it. */
export type HostView = {
  /** The newest figures. What is unknown is null, never zero. */
  now(): HostRecord;
};

export type HostPort = StorageWatchPort & {
  readonly sensors: Sensors;
  readonly clock: ClockSource;
  /** Whatever is recorded now hears of the machine and of the clock. */
  stamp(): void;
};

/** What is known of the clock may be so old. In ms. */
const clockMs = 1_000;

/** This machine: its figures for whoever looks, and a watch over what endangers a recording. */
export class Host implements HostView {
  readonly #port: HostPort;
  readonly #storage: StorageWatch;
  readonly #judge: MachineJudge;
  #look: MachineLook;
  #clock: { readonly facts: ClockFacts; readonly monoMs: number } | null = null;

  constructor(port: HostPort) {
    this.#port = port;
    this.#storage = new StorageWatch(port);
    this.#look = port.sensors.read();
    this.#judge = new MachineJudge(port.complaints, this.#look);
  }

  now(): HostRecord {
    return { storage: this.#storage.record(), ...figuresOf(this.#look, this.#clockFacts()) };
  }

  /** Reads figures anew for somebody who watches them; nothing is judged. */
  refresh(): void {
    // Nobody waits for a disk that hangs: its figures are those of the newest look.
    void this.#port.storage.look(this.#isBusy());
    this.#look = this.#port.sensors.read();
  }

  /** One look of the health loop: figures, and what is wrong with this machine. */
  async look(): Promise<void> {
    const { sensors, clock } = this.#port;
    this.#look = sensors.read();
    this.#judge.see(this.#look);
    this.#port.stamp();
    if (this.#isBusy()) void sensors.ask();
    void clock.ask('health');
    await this.#storage.look();
  }

  /** To be called after every change. */
  follow(): void {
    this.#storage.follow();
  }

  /** Looks no more by itself. */
  stop(): void {
    this.#storage.stop();
  }

  /** Of this second: who keeps the time leaves word in a file, and many ask at once. */
  #clockFacts(): ClockFacts {
    const now = monoMs();
    if (this.#clock === null || now - this.#clock.monoMs > clockMs)
      this.#clock = { facts: this.#port.clock.facts(), monoMs: now };
    return this.#clock.facts;
  }

  #isBusy(): boolean {
    return this.#port.state().recording.name !== 'idle';
  }
}
