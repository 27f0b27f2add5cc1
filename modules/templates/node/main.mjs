#!/usr/bin/env node
/** Records the load of the machine. Put your own sensor in its place. */
import { accessSync, readFileSync } from 'node:fs';
import { options, run } from './rigdeck/rigdeck.mjs';

const { rate, sensor } = options({ rate: 10, sensor: '/proc/loadavg' });

/** @param {import('./rigdeck/take.mjs').Take} take once a recording: arm, loop, stop */
async function record(take) {
  accessSync(sensor); // what is thrown here is shown as the module's problem
  const rows = take.open('csv', 'monoNs,load\n');
  // armed, the common start, pauses, the end
  for await (const monoNs of take.samples(rate)) {
    rows.write(`${monoNs},${readFileSync(sensor, 'utf8').split(' ')[0]}\n`);
  }
}

await run({ record, version: '1.0', can: ['arm', 'pause', 'mark', 'split'] });
