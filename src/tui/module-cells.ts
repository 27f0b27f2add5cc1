import { activityOf, countdownOf } from '../protocol/module-words.ts';
import type { ModuleRecord, ModuleTelemetry } from '../protocol/snapshot.ts';
import { clean, pad, widthOf } from '../protocol/text.ts';
import { sayDuration, saySize } from '../protocol/units.ts';
import type { TextColumn } from './layout.ts';
import type { Situation } from './situation.ts';
import { sparkline } from './sparkline.ts';

/** What stands in one cell of the row of a module. */
export function moduleCell(
  { key, width }: TextColumn,
  now: Situation,
  name: string,
  record: ModuleRecord,
): string {
  const live = now.telemetry?.modules[name];
  switch (key) {
    case 'name':
      return clean(name);
    case 'group':
      return clean(record.group);
    case 'detail':
      return activityOf(now.seenMs, name, record, live);
    case 'doing':
      return activityOf(null, name, record, live);
    case 'brief':
      return countdownOf(record, now.seenMs, 'brief') ?? briefOf(now, name, record, width);
    case 'spark':
      return barsOf(now, name, record, width);
    case 'rate':
      return rateOf(record, live);
    case 'up':
      return upTime(record.startedAt, now.seenMs);
    case 'cpu':
      return live?.cpuPercent == null ? '' : `${Math.round(live.cpuPercent)} %`;
    case 'memory':
      return live?.memoryBytes == null ? '' : saySize(live.memoryBytes);
    case 'restarts':
      return record.restarts === 0 ? '' : String(record.restarts);
    case 'pid':
      return record.pid === null ? '' : String(record.pid);
  }
}

function barsOf(now: Situation, name: string, { state }: ModuleRecord, width: number): string {
  return state === 'recording' ? sparkline(now.remote.rates[name] ?? [], width) : '';
}

// Only of what records: a rate of an idle module would be a figure without a meaning, as one that nobody has seen yet.
function rateOf(record: ModuleRecord, live: ModuleTelemetry | undefined): string {
  if (record.state !== 'recording') return '';
  if (live === undefined) return '?';
  return record.phase === 'proving' || live.bytesPerS === null
    ? ''
    : `${saySize(live.bytesPerS)}/s`;
}

// How often it was started again is seen also where there is little room.
function briefOf(now: Situation, name: string, record: ModuleRecord, width: number): string {
  const again = record.restarts === 0 ? [] : [`↻${record.restarts}`];
  const rate = rateOf(record, now.telemetry?.modules[name]);
  const short = [...again, rate].join(' ').trim();
  if (rate === '') return short;
  const long = [...again, barsOf(now, name, record, 4), pad(rate, 9, 'right')].join(' ');
  return widthOf(long) <= width ? long : short;
}

// One unit is enough here, and the old rows change once an hour only.
function upTime(startedAt: string | null, nowMs: number): string {
  if (startedAt === null) return '';
  const ms = Math.max(0, nowMs - Date.parse(startedAt));
  const hours = Math.floor(ms / 3_600_000);
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  if (hours >= 1) return `${hours} h`;
  return sayDuration(Math.floor(ms / 1_000) * 1_000 || 1_000);
}
