import type { HostRecord } from '../../protocol/snapshot.ts';
import type { ClockFacts } from './clock-source.ts';
import { powerOf, sayPower } from './power.ts';
import type { MachineLook } from './sensors.ts';

/** The figures of this machine but for its disk, for everybody who looks. What cannot be known is null, never zero. */
export function figuresOf(look: MachineLook, clock: ClockFacts): Omit<HostRecord, 'storage'> {
  const power = powerOf(look);
  const isOk = power.underVoltage === null ? null : !power.underVoltage && power.throttled !== true;
  return {
    clock,
    power: { ok: isOk, words: sayPower(power), ...power },
    temperatureC: look.temperatureC,
    load1: look.load1,
    memoryAvailableBytes: look.memoryAvailableBytes,
    oomKills: look.oomKills,
  };
}
