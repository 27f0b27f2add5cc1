import { sayHost } from '../../protocol/rig-words.ts';
import { widthOf } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { sayDuration } from '../../protocol/units.ts';
import type { Situation } from '../situation.ts';
import type { Large } from './headline.ts';

/** How long there is room for, and how the machine is. */
type RoomWords = {
  /** `6 h 12 m`; null while nobody can know. */
  readonly large: Large | null;
  /** With all that is known of the machine; without how long where that stands large. */
  readonly line: string;
  readonly rest: string;
  /** The one thing for where there is little room. */
  readonly brief: string;
};

/** A disk that is full in half a year is no news. */
const longestToldS = 30 * 86_400;

export function roomWordsOf({ snapshot, telemetry, remote, width }: Situation): RoomWords {
  if (snapshot === null || remote.link.state !== 'live') {
    return { large: null, line: '', rest: '', brief: '' };
  }
  const host = telemetry?.host ?? snapshot.host;
  const { secondsToFull, gone } = host.storage;
  const parts = sayHost({ ...host, storage: { ...host.storage, secondsToFull: null } }, 'brief');
  const isTold = secondsToFull !== null && secondsToFull < longestToldS && gone !== true;
  if (!isTold) {
    const line = fitting(parts, width);
    return { large: null, line, rest: line, brief: parts[0] ?? '' };
  }
  const lasts = sayDuration(secondsToFull * 1_000);
  return {
    large: { text: lasts, plain: lasts, paint: paints.plain },
    line: fitting([`${lasts} left`, ...parts], width),
    rest: fitting(['until the disk is full', ...parts], width),
    brief: `${lasts} left`,
  };
}

/** As many parts as fit, none of them cut. */
function fitting(parts: readonly string[], width: number): string {
  const lines = parts.map((_, at) => parts.slice(0, at + 1).join(' · '));
  return lines.findLast((line) => widthOf(line) + 1 <= width) ?? parts[0] ?? '';
}
