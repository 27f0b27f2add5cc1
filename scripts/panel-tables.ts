import { moduleToggle, recordToggle } from '../src/gpio/bindings.ts';
import { moduleRhythms, rigRhythms } from '../src/gpio/pattern.ts';
import {
  levelAt,
  type Rhythm,
  rhythmWords,
  type Show,
  showEndMs,
  showWords,
} from '../src/protocol/rhythm.ts';

/** One cell of a drawn light, and for how long it is drawn. In ms. */
const cellMs = 50;
const drawnMs = 2_000;

/** What a light shows once, in answer to a finger. */
export const shows: readonly (readonly [Show, looks: string, says: string])[] = (
  [
    { is: 'holding', sinceMs: 0, untilMs: drawnMs },
    { is: 'refused', sinceMs: 0 },
    { is: 'ready', sinceMs: 0 },
    { is: 'warned', sinceMs: 0 },
  ] as const
).map((show) => [show, showWords[show.is].looks, showWords[show.is].says]);

/** What a light looks like that says nothing at all, and why. */
export const undriven = [
  'dark, or still, for 3 s',
  'nobody drives it: no power, no daemon, a broken wire',
] as const;

/** What the lights look like while somebody lights them by hand (src/gpio/trial-run.ts). */
export const tested = [
  'one after the other, each second',
  'the buttons are tested and do nothing else; hold one for 10 s to end that',
] as const;

/** The card that lies beside the rig: what each rhythm looks like and says. */
export function lightsAsMarkdown(): string {
  const rhythms = Object.keys(rhythmWords) as Rhythm[];
  return table(
    ['the light', 'two seconds of it', 'says', 'name'],
    [
      ...rhythms.map((rhythm) => {
        const { looks, says } = rhythmWords[rhythm];
        return [`**${looks}**`, drawn(rhythm, null), says, `\`${rhythm}\``];
      }),
      ...shows.map(([show, looks, says]) => [`**${looks}**`, drawn('off', show), says, '']),
    ],
  );
}

/** The same in few words, for the lid of the box. */
export function cardAsMarkdown(): string {
  const rows = [
    ...(Object.keys(rhythmWords) as Rhythm[])
      .filter((rhythm) => rhythm !== 'off')
      .map((rhythm) => [rhythmWords[rhythm].looks, rhythmWords[rhythm].says] as const),
    ...shows.map(([, looks, says]) => [looks, says] as const),
    tested,
    undriven,
  ];
  const width = Math.max(...rows.map(([looks]) => looks.length));
  return [
    '```text',
    ...rows.map(([looks, says]) => `${looks.padEnd(width)}   ${says}`),
    '```',
  ].join('\n');
}

function drawn(rhythm: Rhythm, show: Show | null): string {
  return `\`${drawnCells(rhythm, show)}\``;
}

/** A light over time: a block for each 50 ms that it is lit, a dot for each that it is dark. */
export function drawnCells(rhythm: Rhythm, show: Show | null): string {
  const untilMs = show === null ? drawnMs : showEndMs(show);
  const cells = Array.from({ length: untilMs / cellMs }, (_, index) =>
    levelAt(rhythm, show, index * cellMs).level === 1 ? '█' : '·',
  );
  return cells.join('');
}

/** `proof` is plain REC: on with a dip where data land. */
export function rigLightsAsMarkdown(): string {
  return crossTable('status \\ recording', rigRhythms);
}

export function moduleLightsAsMarkdown(): string {
  return crossTable('state \\ health', moduleRhythms);
}

export function togglesAsMarkdown(): string {
  const record = Object.entries(recordToggle).map(([wish, row]) => [
    wish,
    Object.fromEntries(
      Object.entries(row).map(([state, act]) => [state, typeof act === 'string' ? act : 'refused']),
    ),
  ]);
  return [
    '`record.toggle`, by the wish (down the side) and by what the rig does:',
    '',
    crossTable('wish \\ rig', Object.fromEntries(record)),
    '',
    '`module.<name>.toggle`, by the wish and by what the module does:',
    '',
    crossTable('wish \\ module', moduleToggle),
  ].join('\n');
}

type Cells = Readonly<Record<string, Readonly<Record<string, string>>>>;

function crossTable(corner: string, rows: Cells): string {
  const heads = Object.keys(Object.values(rows)[0] ?? {});
  return table(
    [corner, ...heads],
    Object.entries(rows).map(([name, row]) => [
      `**${name}**`,
      ...heads.map((head) => row[head] ?? ''),
    ]),
  );
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
