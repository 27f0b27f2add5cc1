import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.mjs';

const here = new URL('../..', import.meta.url).pathname;

/** A module that writes down when it was told what, into a file in this folder. */
export class ToldModule {
  #file;
  #program;

  /** @param {string} folder that is there as long as the rig */
  constructor(folder, root = here) {
    this.#file = join(folder, 'told');
    this.#program = join(root, 'bench/fixtures/told.mjs');
  }

  /** For `modules:` of rig.yaml. */
  get config() {
    return { command: [process.execPath, this.#program, this.#file] };
  }

  /** When it was told to `arm` or `record` for the nth time, counted from 0. CLOCK_MONOTONIC in ms. */
  toldMs(what, nth) {
    return until(`the module is told to ${what}`, () => this.#told(what)[nth]);
  }

  #told(what) {
    try {
      const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
      const words = lines.map((line) => line.split(' '));
      return words.filter(([told]) => told === what).map(([, ns]) => Number(BigInt(ns)) / 1e6);
    } catch {
      return []; // not told yet
    }
  }
}
