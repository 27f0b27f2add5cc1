import { type ContainerLook, empty, type Source, whole } from './container.ts';
import { cutBehind, type Ends, firstRow, readEnds, spanMs } from './lines.ts';

/** JSON lines: first and last line are JSON, and the time between them by `monoNs`. */

/** Looks into a file of JSON lines. @throws what the disk says */
export async function lookAtJsonLines(source: Source): Promise<ContainerLook> {
  const ends = await readEnds(source);
  if (ends === null) return { ...whole(null), note: 'its lines are too long' };
  const lines = ends.tail.filter(isFilled);
  const first = parse(ends.head.find(isFilled));
  return { ...lookAtLines(source, ends, lines, first), ...firstRow(monoNs(first)) };
}

function lookAtLines(
  source: Source,
  ends: Ends,
  lines: readonly string[],
  first: unknown,
): ContainerLook {
  const durationMs = spanMs(monoNs(first), monoNs(parse(lines.at(-1))));
  // An object ends with its bracket, so that one without a line end may be whole.
  if (isFilled(ends.rest) && typeof parse(ends.rest) !== 'object') {
    const note = `its last line is torn (${source.bytes - ends.wholeBytes} bytes)`;
    return { state: 'torn', durationMs, note, mend: cutBehind(source, ends.wholeBytes) };
  }
  if (lines.length === 0) return isFilled(ends.rest) ? whole(null) : empty('no line in it');
  const last = ends.tail.at(-1) ?? '';
  if (ends.rest === '' && isFilled(last) && parse(last) === undefined) {
    const mend = cutBehind(source, ends.lastAt);
    return { state: 'torn', durationMs: null, note: 'its last line is no JSON', mend };
  }
  if (first === undefined && ends.head.length > 0) {
    return { state: 'bad', durationMs: null, note: 'its first line is no JSON' };
  }
  return whole(durationMs);
}

function isFilled(line: string): boolean {
  return line.trim() !== '';
}

function parse(line: string | undefined): unknown {
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // that it is none is the answer
  }
}

function monoNs(row: unknown): unknown {
  return typeof row === 'object' && row !== null && 'monoNs' in row ? row.monoNs : null;
}
