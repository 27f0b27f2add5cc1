import { closeSync, openSync } from 'node:fs';
import type {
  Edge,
  Input,
  InputWish,
  Level,
  LineError,
  LineInfo,
  Lines,
  Output,
  OutputWish,
} from '../lines.ts';
import { EdgeStream, eventSize, lineInfo, lineRequest, requests, values } from './cdev-abi.ts';
import { listCdevChips, pickChip } from './chips.ts';
import { Flood } from './flood.ts';
import { HeldLines, outputOver } from './held-lines.ts';
import { errnoOf, type Kernel, loadKernel, readNow } from './kernel.ts';
import { attempt, busyError, lineErrorOf, noLineError } from './line-errors.ts';

/** As many edges as one read takes; what is left is read in the next turn of the event loop. */
const edgesAtOnce = 64;
/** So long a line that flaps is left alone: its edges wait in the kernel, with their time. In ms. */
const restMs = 50;

/**
 * Lines of the GPIO character device: the kernel does bias and debounce, and stamps each edge.
 *
 * @param label of the chip; undefined for the header of a Raspberry Pi
 * @throws a LineError
 */
export async function openCdev(label: string | undefined): Promise<Lines> {
  const kernel = await loadKernel();
  const { chips, denied } = listCdevChips(kernel);
  const chip = pickChip(chips, label, denied);
  const what = `${chip.label} (${chip.path})`;
  const lines = attempt(() => new Cdev(kernel, openSync(chip.path, 'r+'), what, chip.count), what);
  try {
    // A kernel before 5.10 does not know this question.
    lines.info(0);
    return lines;
  } catch (error) {
    lines.close();
    throw error;
  }
}

class Cdev implements Lines {
  readonly backend = 'cdev';
  readonly limits = [];
  readonly chip: string;
  readonly count: number;
  readonly #kernel: Kernel;
  readonly #fd: number;
  readonly #held = new HeldLines();
  #isClosed = false;

  constructor(kernel: Kernel, fd: number, chip: string, count: number) {
    this.#kernel = kernel;
    this.#fd = fd;
    this.chip = chip;
    this.count = count;
  }

  async watch(
    wish: InputWish,
    onEdge: (edge: Edge) => void,
    onFault: (error: LineError) => void,
  ): Promise<Input> {
    const fd = this.#request(wish.line, lineRequest.input(wish));
    const edges = new EdgeStream(wish.filterMs, this.#read(fd, wish.line));
    const bytes = Buffer.alloc(eventSize * edgesAtOnce);
    const flood = new Flood();
    const hear = () => {
      if (!held.isOpen) return;
      const length = readNow(fd, bytes);
      if (length instanceof Error) {
        held.end();
        onFault(lineErrorOf(length, `GPIO${wish.line}`));
        return;
      }
      // Whoever hears of one edge may close the line before the next.
      for (const edge of edges.take(bytes.subarray(0, length))) {
        if (held.isOpen) onEdge(edge);
      }
      if (held.isOpen && flood.took(length / eventSize, performance.now())) rest();
    };
    const rest = () => {
      stop();
      const waking = setTimeout(listen, restMs);
      stop = () => clearTimeout(waking);
    };
    const listen = () => {
      const poll = this.#kernel.whenReadable(fd, hear);
      stop = () => poll.close();
    };
    let stop: () => void = () => undefined;
    const held = this.#held.hold(wish.line, () => {
      stop();
      closeSync(fd);
    });
    listen();
    const read = () => {
      held.check();
      return this.#read(fd, wish.line);
    };
    return { read, close: held.end };
  }

  async drive(wish: OutputWish): Promise<Output> {
    const fd = this.#request(wish.line, lineRequest.output(wish));
    const bytes = values.empty();
    const held = this.#held.hold(wish.line, () => closeSync(fd));
    return outputOver(held, (level) =>
      this.#call(fd, requests.setValues, values.fill(bytes, level), `GPIO${wish.line}`),
    );
  }

  info(line: number): LineInfo | null {
    if (line >= this.count) return null;
    const bytes = lineInfo.ask(line);
    this.#call(this.#fd, requests.lineInfo, bytes, this.chip);
    return lineInfo.decode(bytes);
  }

  close(): void {
    this.#held.endAll();
    if (!this.#isClosed) closeSync(this.#fd);
    this.#isClosed = true;
  }

  #request(line: number, bytes: Buffer): number {
    if (line >= this.count) throw noLineError(line, this.chip, this.count);
    try {
      this.#kernel.ioctl(this.#fd, requests.line, bytes);
    } catch (error) {
      if (errnoOf(error) === 'EBUSY') throw busyError(line, this.info(line)?.consumer ?? null);
      throw lineErrorOf(error, `GPIO${line}`);
    }
    return lineRequest.fd(bytes);
  }

  #read(fd: number, line: number): Level {
    const bytes = values.fill(values.empty(), 0);
    this.#call(fd, requests.values, bytes, `GPIO${line}`);
    return values.decode(bytes);
  }

  #call(fd: number, request: number, bytes: Buffer, what: string): void {
    attempt(() => this.#kernel.ioctl(fd, request, bytes), what);
  }
}
