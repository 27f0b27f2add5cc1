import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { EdgeStream, eventSize } from '../../../src/gpio/backends/cdev-abi.ts';
import { EdgeReader } from '../../../src/gpio/backends/edge-reader.ts';
import { loadKernel } from '../../../src/gpio/backends/kernel.ts';
import { Buttons } from '../../../src/gpio/buttons.ts';
import type { Level } from '../../../src/gpio/lines.ts';
import type { PressEvent } from '../../../src/gpio/press-events.ts';
import { buttons } from '../play.ts';

const button = 'record';

/** A line whose events come through a pipe, which the kernel waits for as it does for a chip. */
class PipedLine {
  readonly told: PressEvent[] = [];
  readonly #writing: number;
  readonly #reader: EdgeReader;
  readonly #buttons: Buttons;
  #level: Level = 0;
  #number = 0;
  #due: number[] = [];

  static async open(): Promise<PipedLine> {
    const folder = mkdtempSync(join(tmpdir(), 'rigdeck-edges-'));
    const path = join(folder, 'line');
    execFileSync('mkfifo', [path]);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const line = new PipedLine(await loadKernel(), fd, openSync(path, 'w'));
    onTestFinished(() => {
      line.#reader.close();
      closeSync(line.#writing);
      closeSync(fd);
      rmSync(folder, { recursive: true });
    });
    return line;
  }

  private constructor(kernel: Awaited<ReturnType<typeof loadKernel>>, fd: number, to: number) {
    this.#writing = to;
    this.#buttons = new Buttons({
      settings: { [button]: buttons.hold },
      read: () => this.#read(),
      told: (_, event) => this.told.push(event),
    });
    this.#reader = new EdgeReader({
      ...{ kernel, fd, stream: new EdgeStream(0, 0) },
      onEdge: (edge) => this.#buttons.edge(button, edge),
      onError: (error) => expect.fail(String(error)),
    });
    this.#buttons.opened(button, 0, performance.now());
  }

  /** The level changes at these instants, seen or not. Rings the buttons until they want nothing any more, or until then. */
  async play(atMs: readonly number[], untilMs: number): Promise<void> {
    this.#due.push(...atMs);
    while (performance.now() < untilMs) {
      this.#move();
      await turn();
      const { nextMs } = this.#buttons;
      if (nextMs !== null && performance.now() >= nextMs) this.#buttons.ring(performance.now());
    }
  }

  /** What the hardware has done by now is in the kernel before anybody can see the level. */
  #read(): Level {
    this.#move();
    this.#reader.drain();
    return this.#level;
  }

  #move(): void {
    while ((this.#due[0] ?? Number.POSITIVE_INFINITY) <= performance.now()) {
      this.#level = this.#level === 1 ? 0 : 1;
      this.#number += 1;
      const event = Buffer.alloc(eventSize);
      event.writeBigUInt64LE(BigInt(Math.round((this.#due.shift() ?? 0) * 1e6)), 0);
      event.writeUInt32LE(this.#level === 1 ? 1 : 2, 8);
      event.writeUInt32LE(this.#number, 20);
      writeSync(this.#writing, event);
    }
  }
}

test('a line that flaps and is read in gulps never makes a press, and the press after it is one', async () => {
  const line = await PipedLine.open();
  const beginMs = performance.now() + 50;
  const flaps = Array.from({ length: 800 }, (_, index) => beginMs + index);
  await line.play(flaps, beginMs + 900);
  expect(line.told.map(({ is }) => is)).toEqual(['faulty']);
  const restMs = beginMs + 800 + 2_100;
  await line.play([restMs + 20, restMs + 120], restMs + 400);
  expect(line.told.map(({ is }) => is)).toEqual(['faulty', 'well', 'pressed', 'released', 'click']);
});
