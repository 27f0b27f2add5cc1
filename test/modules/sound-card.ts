import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const feeder = path.resolve(import.meta.dirname, '../fixtures/feed-sound.py');
export const cardRate = 48_000;

type Layout = {
  readonly channels: number;
  /** Of one sample. */
  readonly bytes: number;
  /** What its program reads at once. */
  readonly periodFrames?: number;
};

/**
 * A sound card that real ALSA opens, called `mic`, in a folder of its own, beside `nothing`, a device without a clock. Every
 * sample is its own number; `fromNs` is when sample 0 was taken.
 */
export class SoundCard {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'rigdeck-sound-'));
  readonly env = { ALSA_CONFIG_PATH: path.join(this.folder, 'asoundrc') };
  readonly #layout: Layout;
  #feeder: ChildProcess | null = null;
  #fromNs = 0n;

  constructor(layout: Layout) {
    this.#layout = layout;
    writeFileSync(this.env.ALSA_CONFIG_PATH, alsaConfiguration(this.#fifo));
  }

  static async pluggedIn(layout: Layout): Promise<SoundCard> {
    const card = new SoundCard(layout);
    await card.plugIn();
    return card;
  }

  get #fifo(): string {
    return path.join(this.folder, 'mic');
  }

  async plugIn(): Promise<void> {
    const { channels, bytes, periodFrames = 2_400 } = this.#layout;
    execFileSync('mkfifo', [this.#fifo]);
    const words = [feeder, this.#fifo, cardRate, channels, bytes, periodFrames].map(String);
    const feeding = spawn('python3', words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#feeder = feeding;
    const [fromNs] = await once(feeding.stdout, 'data');
    this.#fromNs = BigInt(String(fromNs).trim());
  }

  tell(what: { readonly gapMs?: number; readonly silent?: boolean }): void {
    this.#feeder?.stdin?.write(`${JSON.stringify(what)}\n`);
  }

  /** When a sample was taken. */
  nsOf(sample: number): bigint {
    return this.#fromNs + BigInt(Math.round((sample * 1e9) / cardRate));
  }

  async remove(): Promise<void> {
    if (this.#feeder !== null) {
      const ended = once(this.#feeder, 'exit');
      this.#feeder.stdin?.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true });
  }
}

const alsaConfiguration = (fifo: string) => `</usr/share/alsa/alsa.conf>
pcm.nothing { type null }
pcm.mic {
  type file
  slave.pcm "nothing"
  file /dev/null
  format raw
  infile "${fifo}"
  hint { show on description "A microphone of the test" }
}
`;

export type Wav = {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  /** What its head says, whatever there really is. */
  readonly dataBytes: number;
  readonly riffBytes: number;
  /** What there is behind the head. */
  readonly data: Buffer;
};

/** Reads a WAV file chunk by chunk, as somebody who has never heard of this program. */
export function readWav(file: string): Wav {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error(`${file} is no WAV file`);
  let fmt: Buffer | undefined;
  for (let at = 12; at < bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + size);
    const name = bytes.toString('latin1', at, at + 4);
    if (name === 'fmt ') fmt = body;
    if (name === 'data' && fmt !== undefined)
      return {
        rate: fmt.readUInt32LE(4),
        channels: fmt.readUInt16LE(2),
        bits: fmt.readUInt16LE(14),
        dataBytes: size,
        riffBytes: bytes.readUInt32LE(4),
        data: bytes.subarray(at + 8),
      };
    at += 8 + size + (size % 2);
  }
  throw new Error(`${file} has no samples`);
}

/** The samples of one channel. */
export function samplesOf({ data, bits, channels }: Wav, channel = 0): number[] {
  const [bytes, frameBytes] = [bits / 8, (channels * bits) / 8];
  return Array.from({ length: Math.floor(data.length / frameBytes) }, (_, frame) =>
    data.readIntLE(frame * frameBytes + channel * bytes, bytes),
  );
}

/** Where a sample is not the next number after the one before. */
export function jumps(samples: readonly number[]): number[] {
  return samples.flatMap((sample, index) =>
    index > 0 && sample !== (samples[index - 1] ?? 0) + 1 ? [index] : [],
  );
}
