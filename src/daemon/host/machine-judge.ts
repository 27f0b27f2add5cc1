import type { Fault } from '../../core/input.ts';
import { monoMs } from '../clock.ts';
import type { Complaints } from './complaints.ts';
import { happened, powerOf } from './power.ts';
import type { MachineLook } from './sensors.ts';

/** A Pi begins to slow down at 80 degrees (Raspberry Pi documentation, frequency management and thermal control). */
const hotC = 80;
/** It counts as cool again below this. */
const coolC = 75;
/** The firmware's own word for too hot: its soft limit, which a person may have set lower. */
const softLimitBit = 0x8;
/** A program that was ended for want of memory is news for so long. In ms. */
const oomNewsMs = 600_000;

/** What is wrong with this machine: power, heat, memory. */
export class MachineJudge {
  readonly #complaints: Complaints;
  #before: MachineLook;
  #oomMonoMs: number | null = null;

  /** @param first what was so before it began to judge */
  constructor(complaints: Complaints, first: MachineLook) {
    this.#complaints = complaints;
    this.#before = first;
  }

  /** Judges one look. */
  see(now: MachineLook): void {
    const before = this.#before;
    this.#before = now;
    this.#complaints.see('under-voltage', {
      isBad: happened('underVoltage', powerOf(before), powerOf(now)),
      fault: () => underVoltage,
    });
    const limitC = this.#complaints.isRaised('too-hot') ? coolC : hotC;
    this.#complaints.see('too-hot', {
      isBad: isHot(now, limitC),
      fault: () => tooHot(now.temperatureC),
    });
    this.#seeKills((now.oomKills ?? 0) - (before.oomKills ?? now.oomKills ?? 0));
  }

  #seeKills(kills: number): void {
    if (kills > 0) {
      this.#oomMonoMs = monoMs();
      this.#complaints.raise(outOfMemory(kills));
    } else if (this.#oomMonoMs !== null && monoMs() - this.#oomMonoMs > oomNewsMs) {
      this.#oomMonoMs = null;
      this.#complaints.end('oom');
    }
  }
}

function isHot({ temperatureC, throttled }: MachineLook, limitC: number): boolean | null {
  if (temperatureC === null && throttled === null) return null;
  return (temperatureC ?? 0) >= limitC || ((throttled ?? 0) & softLimitBit) !== 0;
}

const underVoltage: Fault = {
  code: 'under-voltage',
  message:
    'The power supply is too weak: the Pi reports under-voltage. Disks and cameras may fail.',
  remedy: 'Use the supply made for this Pi and a short, thick cable; unplug USB devices.',
};

function tooHot(temperatureC: number | null): Fault {
  const is = temperatureC === null ? 'is at its limit' : `is at ${Math.round(temperatureC)} °C`;
  const message = `The machine is too hot: it ${is} and is slowed down. Data may be dropped.`;
  return { code: 'too-hot', message, remedy: 'Give it shade, a heat sink or a fan.' };
}

function outOfMemory(kills: number): Fault {
  const what = kills === 1 ? 'a program' : `${kills} programs`;
  return {
    code: 'oom',
    message: `Memory ran out, and the kernel ended ${what}.`,
    remedy: 'dmesg names it. Record fewer or smaller streams at once.',
  };
}
