import type { Edge } from '../lines.ts';
import { bufferedEdges, type EdgeStream, eventSize } from './cdev-abi.ts';
import { Flood } from './flood.ts';
import { type Kernel, readNow } from './kernel.ts';

/** As many edges as one read takes, and as many reads as the kernel keeps edges for. */
const edgesAtOnce = 64;
const mostReads = bufferedEdges / edgesAtOnce;
/** So long a line that flaps is left alone: its edges wait in the kernel, with their time. In ms. */
const restMs = 50;

export type EdgeReaderPort = {
  readonly kernel: Kernel;
  /** Gives whole events of uAPI v2 and never blocks. */
  readonly fd: number;
  readonly stream: EdgeStream;
  onEdge(edge: Edge): void;
  /** The line is gone. Nothing follows it. */
  onError(error: Error): void;
};

/** Reads the edges of one line as they come, or in gulps where they come too fast. */
export class EdgeReader {
  readonly #port: EdgeReaderPort;
  readonly #bytes = Buffer.alloc(eventSize * edgesAtOnce);
  readonly #flood = new Flood();
  #isOpen = true;
  #stop: () => void = () => undefined;

  constructor(port: EdgeReaderPort) {
    this.#port = port;
    this.#listen();
  }

  /** Tells what is waiting to be read. Whoever asks for the level does this first: a level without its edges proves nothing. */
  drain(): void {
    let edges = 0;
    for (let reads = 0; reads < mostReads && this.#isOpen; reads += 1) {
      const read = this.#readSome();
      edges += read;
      if (read < edgesAtOnce) break;
    }
    if (this.#isOpen && this.#flood.took(edges, performance.now())) this.#rest();
  }

  /** Gives how many events there were. */
  #readSome(): number {
    const length = readNow(this.#port.fd, this.#bytes);
    if (length instanceof Error) {
      this.close();
      this.#port.onError(length);
      return 0;
    }
    // Whoever hears of one edge may close the line before the next.
    for (const edge of this.#port.stream.take(this.#bytes.subarray(0, length))) {
      if (this.#isOpen) this.#port.onEdge(edge);
    }
    return length / eventSize;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stop();
  }

  #listen(): void {
    const poll = this.#port.kernel.whenReadable(this.#port.fd, () => this.drain());
    this.#stop = () => poll.close();
  }

  #rest(): void {
    this.#stop();
    const waking = setTimeout(() => this.#listen(), restMs);
    this.#stop = () => clearTimeout(waking);
  }
}
