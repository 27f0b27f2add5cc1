import { parseDuration } from '../protocol/units.ts';

/** `30` (seconds), `30s`, `500ms`, `2m`: milliseconds. Undefined when it is neither. */
export function parseWait(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1_000);
  return parseDuration(text);
}

/**
 * An instant in the past: `10m` (that long ago), `14:02` (today, local time), `2026-11-22 14:02` (local) or ISO-8601.
 *
 * @returns wall time in ms; undefined when it is none of these
 */
export function parseSince(text: string, nowMs: number): number | undefined {
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return nowMs - agoMs;
  return timeOfDay(text, nowMs) ?? parseDate(text);
}

/**
 * An instant to come: `+10s`, `14:02` (local, tomorrow when it is over for today), or ISO-8601.
 *
 * @returns wall time in ms; undefined when it is none of these
 */
export function parseAt(text: string, nowMs: number): number | undefined {
  if (text.startsWith('+')) {
    const inMs = parseDuration(text.slice(1));
    return inMs === undefined ? undefined : nowMs + inMs;
  }
  const today = timeOfDay(text, nowMs);
  if (today === undefined) return parseDate(text);
  if (today >= nowMs) return today;
  const tomorrow = new Date(today);
  tomorrow.setDate(tomorrow.getDate() + 1);
  return tomorrow.getTime();
}

function timeOfDay(text: string, nowMs: number): number | undefined {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (match === null) return undefined;
  return new Date(nowMs).setHours(Number(match[1]), Number(match[2]), Number(match[3] ?? 0), 0);
}

function parseDate(text: string): number | undefined {
  // Date.parse also takes "camera 5"; only what begins like a date may reach it.
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/.test(text)) return undefined;
  const ms = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}
