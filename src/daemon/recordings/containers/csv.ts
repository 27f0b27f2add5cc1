import { type ContainerLook, empty, type Source, whole } from './container.ts';
import { cutBehind, type Ends, firstRow, readEnds, spanMs } from './lines.ts';

/** CSV with a heading: whole last row, as many cells in each, and the time between first and last row by `monoNs`. */

const delimiters = [',', ';', '\t'] as const;

/**
 * Looks into a CSV file.
 *
 * @param isFinished whether its writer ended in order: then a last row without a line end may be whole
 * @throws what the disk says
 */
export async function lookAtCsv(source: Source, isFinished: boolean): Promise<ContainerLook> {
  const ends = await readEnds(source);
  if (ends === null) return { ...whole(null), note: 'its lines are too long' };
  if (ends.wholeBytes === 0) return noLine(source, ends, isFinished);
  const table = readTable(ends);
  return { ...lookAtTable(source, ends, table, isFinished), ...firstRow(firstNsOf(table)) };
}

function lookAtTable(source: Source, ends: Ends, table: Table, isFinished: boolean): ContainerLook {
  const durationMs = durationOf(table);
  const { rest } = ends;
  const isWhole = isFinished && isWholeRow(table, rest) && !rest.includes('\0');
  if (rest !== '' && !isWhole) {
    const note = `its last row is torn (${source.bytes - ends.wholeBytes} bytes)`;
    return { state: 'torn', durationMs, note, mend: cutBehind(source, ends.wholeBytes) };
  }
  if (table.rows.length === 0 && rest === '') return empty('a heading and no row');
  const last = ends.tail.at(-1);
  if (rest === '' && table.isEven && last === table.rows.at(-1) && !isWholeRow(table, last ?? '')) {
    const note = 'its last row has fewer cells than the others';
    return { state: 'torn', durationMs, note, mend: cutBehind(source, ends.lastAt) };
  }
  return whole(durationMs);
}

function noLine(source: Source, { rest }: Ends, isFinished: boolean): ContainerLook {
  if (isFinished) return empty('a heading and no row');
  const note = `its first line is torn (${rest.length} bytes)`;
  return { state: 'torn', durationMs: null, note, mend: cutBehind(source, 0) };
}

type Table = {
  readonly delimiter: string;
  readonly heading: readonly string[];
  /** Whole rows at the end of the file, its heading left out. */
  readonly rows: readonly string[];
  readonly first: string | undefined;
  /** Every row at the head has as many cells as the heading: then one that has not is torn. */
  readonly isEven: boolean;
};

function readTable({ head, tail }: Ends): Table {
  const isComment = (line: string) => line.startsWith('#') || line.trim() === '';
  const lines = head.filter((line) => !isComment(line));
  const title = lines[0] ?? '';
  const delimiter = delimiters.find((one) => title.includes(one)) ?? ',';
  const heading = cellsOf(title, delimiter) ?? [];
  const above = lines.slice(1, -1);
  const isEven =
    above.length > 0 && above.every((row) => cellsOf(row, delimiter)?.length === heading.length);
  const rows = tail.filter((line) => !isComment(line) && line !== title);
  return { delimiter, heading, rows, first: lines[1], isEven };
}

function durationOf(table: Table): number | null {
  const last = table.rows.at(-1);
  return last === undefined ? null : spanMs(firstNsOf(table), nsIn(table, last));
}

function firstNsOf(table: Table): string | undefined {
  return table.first === undefined ? undefined : nsIn(table, table.first);
}

function nsIn({ delimiter, heading }: Table, row: string): string | undefined {
  const column = heading.indexOf('monoNs');
  return column < 0 ? undefined : cellsOf(row, delimiter)?.[column];
}

function isWholeRow({ delimiter, heading }: Table, row: string): boolean {
  return cellsOf(row, delimiter)?.length === heading.length;
}

/** The cells of a row (RFC 4180). Null for one whose quotes are open: its line is only a part of it. */
function cellsOf(row: string, delimiter: string): string[] | null {
  const line = row.replace(/\r$/, '');
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [''];
  let isQuoted = false;
  for (const letter of line) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === delimiter && !isQuoted) cells.push('');
    else cells[cells.length - 1] += letter;
  }
  return isQuoted ? null : cells;
}
