import type { Fault } from '../core/input.ts';
import type { FoundRun } from './runs/runs.ts';

/** Which adopted modules go on with other options than rig.yaml has by now: a notice each, until they are started again. */
export function outdatedFaults(found: Readonly<Record<string, FoundRun>>): [string, Fault][] {
  return Object.entries(found).flatMap(([name, { living, outdated }]): [string, Fault][] => {
    if (living === null || outdated === undefined) return [];
    const records = living.take === 'recording' || living.take === 'paused';
    const message = `${name} ${records ? 'records' : 'runs'} on with the options it was started with (${outdated.join(', ')}).`;
    const gap = records ? ' While it records, that leaves a gap.' : '';
    const remedy = `To take the new ones: rigdeck restart ${name}.${gap}`;
    return [[name, { code: 'options-old', message, remedy }]];
  });
}
