import { type IBufferCell, Terminal } from '@xterm/headless';
import { encode } from '../../../src/tui/line.ts';
import { frameOf } from '../../../src/tui/screens/frame.ts';
import type { Situation } from '../../../src/tui/situation.ts';

/** So many empty lines are told in words. */
const manyBlank = 4;

/** A frame as a terminal of its size shows it that breaks what is too long for a line. */
export async function drawn(now: Situation): Promise<Terminal> {
  const { lines } = frameOf(now);
  const rows = Math.max(2, now.height + 1);
  const terminal = new Terminal({ cols: Math.max(2, now.width), rows, allowProposedApi: true });
  const text = lines.map((line) => encode(line, now.width, now.theme)).join('\r\n');
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  return terminal;
}

/** What stands on a terminal, to be read: trailing blanks cut, and a long run of empty lines as one line that counts them. */
export function textOf(terminal: Terminal): string {
  const lines = linesOf(terminal);
  const text: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = lines.findIndex((line, index) => index >= at && line !== '');
    const blank = (end === -1 ? lines.length : end) - at;
    if (blank >= manyBlank) text.push(`  (${blank} empty lines)`);
    else text.push(...lines.slice(at, at + blank));
    at += blank;
    if (at < lines.length) text.push(lines[at] ?? '');
    at += 1;
  }
  return text.join('\n');
}

/** The lines of a terminal, without the last one, which stays free. */
function linesOf(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows - 1 }, (_, row) => {
    return active.getLine(row)?.translateToString(true).trimEnd() ?? '';
  });
}

/** Whether a line was too long, so that the terminal broke it. */
export function isBroken(terminal: Terminal): boolean {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row));
  return active.length > terminal.rows || rows.some((line) => line?.isWrapped === true);
}

/** Each line in pieces of one style, with the style behind a piece that is not plain: `◉ REC‹bold 202›`. */
export function stylesOf(terminal: Terminal): string[] {
  return linesOf(terminal).map((_, row) => {
    const line = terminal.buffer.active.getLine(row);
    const pieces: { text: string; readonly style: string }[] = [];
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (cell === undefined || cell.getWidth() === 0) continue;
      const style = styleOf(cell);
      const last = pieces.at(-1);
      if (last?.style === style) last.text += cell.getChars() || ' ';
      else pieces.push({ text: cell.getChars() || ' ', style });
    }
    const shown = pieces.map(({ text, style }) => (style === '' ? text : `${text}‹${style}›`));
    return shown.join('').trimEnd();
  });
}

function styleOf(cell: IBufferCell): string {
  const words = [
    ...(cell.isBold() ? ['bold'] : []),
    ...(cell.isDim() ? ['dim'] : []),
    ...(cell.isInverse() ? ['reverse'] : []),
    ...(cell.isFgDefault() ? [] : [String(cell.getFgColor())]),
    ...(cell.isBgDefault() ? [] : [`on ${cell.getBgColor()}`]),
  ];
  return words.join(' ');
}
