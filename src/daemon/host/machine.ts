import { join } from 'node:path';
import { ClockSource } from './clock-source.ts';
import type { Filling } from './filling.ts';
import type { HealthLook } from './machine-health.ts';
import { Sensors } from './sensors.ts';
import { Storage, type StorageRule } from './storage.ts';

/** The parts of this machine that are looked at, each made once. */
export type Machine = {
  readonly storage: Storage;
  readonly sensors: Sensors;
  readonly clock: ClockSource;
  readonly filling: Filling;
};

/** Where `proc`, `sys` and `run` of another machine lie, with its programs in `usr/bin`: only tests set it. */
const rootVariable = 'RIGDECK_MACHINE_ROOT';

/**
 * @param filling how fast modules fill its disk
 * @param env where a test says that a recorded machine is to be read instead of this one; its disks are always this one's
 */
export function makeMachine(rule: StorageRule, filling: Filling, env: NodeJS.ProcessEnv): Machine {
  const root = env[rootVariable];
  const program = (name: string) => (root === undefined ? name : join(root, 'usr/bin', name));
  const keepers = { chrony: program('chronyc'), systemd: program('timedatectl') };
  const clock = new ClockSource(root, keepers);
  void clock.ask('session');
  const sensors = new Sensors(root, program('vcgencmd'));
  return { storage: new Storage(rule), sensors, clock, filling };
}

/** One look at the machine, with the room that the newest look at its disk has shown. */
export function lookAtMachine({ sensors, storage }: Machine): HealthLook {
  const { look, gone } = storage.facts();
  return { ...sensors.read(), freeBytes: gone === null ? (look?.freeBytes ?? null) : null };
}
