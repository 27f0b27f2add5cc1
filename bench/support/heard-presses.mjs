import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, monoMs } from './client.mjs';
import { until } from './until.mjs';

/** A press that takes longer was not heard. */
const longestMs = 15_000;

/** Watches a rig and tells of each thing that a button did: when the daemon had accepted it, and when it was heard of here. */
export class HeardPresses {
  #client;
  #tell = () => undefined;

  /** When every line of the panel is open. */
  static async of(rig) {
    const client = await Client.open(join(rig.runDir, 'control.sock'));
    await client.hello();
    await client.call('state.watch');
    await until('the lines are open', async () => {
      const { lines } = await client.call('gpio.list');
      return lines.every(({ state }) => state === 'ok');
    });
    return new HeardPresses(client);
  }

  constructor(client) {
    this.#client = client;
    client.listen(({ method, params }) => {
      if (method !== 'state.change' || !params.actor.startsWith('button')) return;
      this.#tell({ acceptedMs: params.monoMs, heardMs: monoMs() });
    });
  }

  /** What became of the next press, or null where nothing did; ask before it is made. */
  next() {
    const told = new Promise((resolve) => {
      this.#tell = resolve;
    });
    return Promise.race([told, pause(longestMs, null, { ref: false })]);
  }

  call(method, params) {
    return this.#client.call(method, params);
  }

  close() {
    this.#client.close();
  }
}
