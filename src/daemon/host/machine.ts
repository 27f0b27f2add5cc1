import { ClockSource } from './clock-source.ts';
import type { HealthLook } from './machine-health.ts';
import { Sensors } from './sensors.ts';
import { Storage, type StorageRule } from './storage.ts';

/** The parts of this machine that are looked at, each made once. */
export type Machine = {
  readonly storage: Storage;
  readonly sensors: Sensors;
  readonly clock: ClockSource;
};

export function makeMachine(rule: StorageRule): Machine {
  const clock = new ClockSource();
  void clock.ask('session');
  return { storage: new Storage(rule), sensors: new Sensors(), clock };
}

/** One look at the machine, with the room that the newest look at its disk has shown. */
export function lookAtMachine({ sensors, storage }: Machine): HealthLook {
  const { look, gone } = storage.facts();
  return { ...sensors.read(), freeBytes: gone === null ? (look?.freeBytes ?? null) : null };
}
