import { type Rhythm, rhythmWords } from '../src/protocol/rhythm.ts';
import { drawnCells, shows, tested, undriven } from './panel-tables.ts';

/** So many columns and lines fit on A6 at 15 characters and 8 lines an inch. */
const width = 56;
const words = width - 2;

/**
 * The lights and the button of a rig on one card of A6 to print, in letters that every printer has: 56 columns, at most 44 lines.
 *
 * The lights are drawn from what drives the LEDs; the gestures are those of the panel that `rigdeck config init` writes.
 */
export function ledCard(): string {
  const rhythms = (Object.keys(rhythmWords) as Rhythm[]).filter((rhythm) => rhythm !== 'off');
  const lines = [
    '',
    ` rig ${blank(48)}`,
    '',
    ` ssh ${blank(21)}  call ${blank(20)}`,
    rule,
    ' THE LIGHT, for two seconds. # is lit',
    ...rhythms.flatMap((rhythm) =>
      entry(drawnCells(rhythm, null), rhythmWords[rhythm].looks, rhythmWords[rhythm].says),
    ),
    ...entry('', ...tested),
    ...entry('', ...undriven),
    rule,
    ' ITS ANSWER TO A FINGER, once',
    ...shows.flatMap(([show, looks, says]) => entry(drawnCells('off', show), looks, says)),
    rule,
    ' THE BUTTON',
    ' click           starts a recording; stops none',
    ' hold for 2 s    stops it',
    '',
    ` ${blank(14)}  ${blank(36)}`,
  ];
  return `${[rule, ...lines, rule].map(framed).join('\n')}\n`;
}

/** The same as a part of a page. */
export function ledCardAsMarkdown(): string {
  return `\`\`\`text\n${ledCard()}\`\`\``;
}

const rule = '-';

function blank(columns: number): string {
  return '_'.repeat(columns);
}

function framed(line: string): string {
  if (line === rule) return `+${'-'.repeat(words)}+`;
  if (line.length > words) throw new Error(`too wide for the card: ${line}`);
  return `|${line.padEnd(words)}|`;
}

function entry(cells: string, looks: string, says: string): string[] {
  const drawing = cells.replaceAll('█', '#').replaceAll('·', '.');
  return [
    ...(drawing === '' ? [] : [` ${drawing}`]),
    ...wrapped(`${looks.toUpperCase()}  ${says}`),
  ];
}

/** In lines that fit, those after the first drawn in. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let last = '';
  for (const word of text.split(' ')) {
    if (last.length + 1 + word.length < words) last += ` ${word}`;
    else {
      lines.push(last);
      last = `   ${word}`;
    }
  }
  return [...lines, last];
}
