const durationMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const sizeBytes = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** `500ms`, `5s`, `10m`, `2h`, also `0`: milliseconds. Undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  if (match === null) return /^0+$/.test(text.trim()) ? 0 : undefined;
  return Math.round(Number(match[1]) * durationMs[match[2] as keyof typeof durationMs]);
}

/** `500MB`, `2GB` (decimal units): bytes. Undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s?(B|kB|KB|MB|GB|TB)$/.exec(text.trim());
  if (match === null) return /^0+$/.test(text.trim()) ? 0 : undefined;
  return Math.round(Number(match[1]) * sizeBytes[match[2] as keyof typeof sizeBytes]);
}

/** As `parseDuration` reads it, without loss: `500ms`, `30s`, `2h`. */
export function writeDuration(ms: number): string {
  return write(ms, durationMs, 'ms');
}

/** As `parseSize` reads it, without loss: `500MB`. */
export function writeSize(bytes: number): string {
  const { KB: _, ...units } = sizeBytes;
  return write(bytes, units, 'B');
}

/** In the largest unit of which it is a whole number. */
function write(value: number, units: Readonly<Record<string, number>>, smallest: string): string {
  const whole = Object.entries(units).filter(([, one]) => value >= one && value % one === 0);
  const [unit, one] = whole.at(-1) ?? [smallest, 1];
  return `${value / one}${unit}`;
}

/** As people say it: `850 ms`, `12 s`, `4 min`, `2 h 11 m`, `3 d 4 h`. */
export function sayDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const s = Math.floor(ms / 1_000);
  if (s < 120) return `${s} s`;
  const m = Math.floor(s / 60);
  if (m < 60) return `${m} min`;
  const h = Math.floor(m / 60);
  if (h < 24) return m % 60 === 0 ? `${h} h` : `${h} h ${m % 60} m`;
  return h % 24 === 0 ? `${Math.floor(h / 24)} d` : `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** How long ago: `12 s ago`; `just now` below a second. */
export function sayAgo(ms: number): string {
  return ms < 1_000 ? 'just now' : `${sayDuration(ms)} ago`;
}

/** Decimal, three digits at most: `0 B`, `188 kB`, `2.1 MB`, `83 GB`. */
export function saySize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const text = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${text} ${units[unit]}`;
}

/** A stopwatch: `00:12:41`. */
export function sayStopwatch(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(s / 3_600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** `1 module`, `3 modules`: a count with its noun. Nouns that take more than an `s` name their plural. */
export function sayCount(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
