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
import { chipInfo, EdgeStream, lineInfo, lineRequest, requests, values } from './cdev-abi.ts';
import { listCdevChips, pickChip } from './chips.ts';
import { EdgeReader } from './edge-reader.ts';
import { HeldLines, outputOver } from './held-lines.ts';
import { type Kernel, loadKernel } from './kernel.ts';
import { attempt, lineFaultOf, noLineError, refusedError } from './line-errors.ts';

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
    const stream = new EdgeStream(wish.filterMs, this.#read(fd, wish.line));
    const reader = new EdgeReader({
      kernel: this.#kernel,
      fd,
      stream,
      onEdge,
      onError: (error) => {
        held.end();
        onFault(this.#faultOf(error, wish.line));
      },
    });
    const held = this.#held.hold(wish.line, () => {
      reader.close();
      closeSync(fd);
    });
    const read = () => {
      held.check();
      reader.drain();
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
      this.#callLine(fd, requests.setValues, values.fill(bytes, level), wish.line),
    );
  }

  info(line: number): LineInfo | null {
    if (line >= this.count) return null;
    const bytes = lineInfo.ask(line);
    attempt(() => this.#kernel.ioctl(this.#fd, requests.lineInfo, bytes), this.chip);
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
      // Throws where the chip is gone: then it is not this line that is refused.
      throw refusedError(error, line, this.info(line)?.consumer ?? null);
    }
    return lineRequest.fd(bytes);
  }

  #read(fd: number, line: number): Level {
    const bytes = values.fill(values.empty(), 0);
    this.#callLine(fd, requests.values, bytes, line);
    return values.decode(bytes);
  }

  #callLine(fd: number, request: number, bytes: Buffer, line: number): void {
    try {
      this.#kernel.ioctl(fd, request, bytes);
    } catch (error) {
      throw this.#faultOf(error, line);
    }
  }

  #faultOf(error: unknown, line: number): LineError {
    return lineFaultOf(error, line, () => this.#isThere());
  }

  /** A chip that was unplugged answers nothing any more. */
  #isThere(): boolean {
    try {
      this.#kernel.ioctl(this.#fd, requests.chipInfo, chipInfo.empty());
      return true;
    } catch {
      return false;
    }
  }
}
