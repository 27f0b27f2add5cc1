import { isDeepStrictEqual } from 'node:util';
import type { RunRecord } from './run-folder.ts';
import type { RunSpec } from './run-port.ts';

const maxValueLength = 40;

/**
 * What rig.yaml says otherwise by now than when a run was started, each in a few words: `rate: 48000 -> 44100`, `command`,
 * `env KEY`. Values of the environment are not told: programs keep their passwords there.
 */
export function sayChanges(started: NonNullable<RunRecord['started']>, now: RunSpec): string[] {
  const options = differing(started.options, now.options).map((name) => {
    return `${name}: ${say(started.options[name])} -> ${say(now.options[name])}`;
  });
  const env = differing(started.env, now.env).map((name) => `env ${name}`);
  const rest = (['command', 'cwd'] as const).filter(
    (name) => !isDeepStrictEqual(started[name], now[name]),
  );
  return [...options, ...rest, ...env];
}

function differing(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.filter((name) => !isDeepStrictEqual(a[name], b[name]));
}

function say(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'not set');
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)}...` : text;
}
