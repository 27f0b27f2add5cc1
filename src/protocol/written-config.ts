import type { Config } from './config.ts';
import { writeDuration, writeSize } from './units.ts';

const durations = ['after', 'armTimeout', 'debounce', 'evidenceTimeout', 'initial', 'max', 'move'];
const ways: ReadonlyMap<string, (value: number) => string> = new Map([
  ...[...durations, 'segment', 'startTimeout', 'stopTimeout', 'timeout'].map(
    (key) => [key, writeDuration] as const,
  ),
  ...['minFree', 'memory'].map((key) => [key, writeSize] as const),
  ['cpu', (value) => `${value}%`],
]);
/** What belongs to a module alone: its numbers are its own. */
const untouched: ReadonlySet<string> = new Set(['options', 'env']);

/** A checked configuration as people write it, `30s` and `500MB`: what is read back from it is the same, but for the kiosk's PIN. */
export function asWritten(config: Config): unknown {
  const { modules, kiosk: whole, ...others } = config;
  const { pin: _, ...kiosk } = whole;
  const rest = { ...others, kiosk };
  const named = Object.entries(modules).map(([name, module]) => [name, write('', module)] as const);
  return { ...fields(rest), modules: Object.fromEntries(named) };
}

function write(key: string, value: unknown): unknown {
  if (typeof value === 'number') return ways.get(key)?.(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => write('', one));
  if (typeof value !== 'object' || value === null || untouched.has(key)) return value;
  return fields(value);
}

function fields(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, write(key, one)]));
}
