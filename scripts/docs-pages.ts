import type { Command, Option } from 'commander';
import { examplesOf } from '../src/cli/examples.ts';
import { codeWords } from '../src/cli/help.ts';
import { createProgram } from '../src/cli/program.ts';
import { isLegalMove } from '../src/core/invariants.ts';
import { type RollupFact, type RollupWish, rollup } from '../src/core/rollup.ts';
import { rooms } from '../src/daemon/doctor/doctor.ts';
import { type Look, looks } from '../src/protocol/badge.ts';
import { exitCodes } from '../src/protocol/exit-codes.ts';
import { moduleStates } from '../src/protocol/vocabulary.ts';
import { glossaryAsMarkdown } from '../src/tui/glossary.ts';
import { keysAsMarkdown } from '../src/tui/keymap/key-help.ts';
import { ledCardAsMarkdown } from './led-card.ts';
import {
  cardAsMarkdown,
  lightsAsMarkdown,
  moduleLightsAsMarkdown,
  rigLightsAsMarkdown,
  togglesAsMarkdown,
} from './panel-tables.ts';
import { screenPictures } from './screen-pictures.ts';

export { sharedFiles } from './shared-files.ts';

/** The parts of the docs that are made from the source, by the name they have in the docs. */
const generatedParts: Readonly<Record<string, () => string>> = {
  commands: commandsAsMarkdown,
  keys: () => keysAsMarkdown().trim(),
  words: glossaryAsMarkdown,
  badges: badgesAsMarkdown,
  moves: movesAsMarkdown,
  rollup: rollupAsMarkdown,
  doctor: doctorAsMarkdown,
  lights: lightsAsMarkdown,
  card: cardAsMarkdown,
  'led-card': ledCardAsMarkdown,
  'rig-lights': rigLightsAsMarkdown,
  'module-lights': moduleLightsAsMarkdown,
  toggles: togglesAsMarkdown,
  ...screenPictures,
};

const part = /(<!-- made by scripts\/docs\.mjs: ([a-z-]+) -->\n).*?(<!-- end -->)/gs;

/**
 * A page with its generated parts as the source says them now.
 *
 * @throws Error when the page asks for a part that there is not
 */
export function withGeneratedParts(page: string): string {
  return page.replace(part, (_, begin: string, name: string, end: string) => {
    const make = generatedParts[name];
    if (make === undefined) throw new Error(`there is no generated part "${name}"`);
    return `${begin}\n${make()}\n\n${end}`;
  });
}

/** The options of every command that can be typed, such as `record start`; under '' those that all have. */
export function optionNames(): Map<string, readonly string[]> {
  const program = createProgram(() => undefined);
  return new Map([
    ['', ['-h', '--help', ...flagsOf(program)]],
    ...leaves(program).map((command) => [nameOf(command), flagsOf(command)] as const),
  ]);
}

function flagsOf({ options }: Command): string[] {
  return options.flatMap(({ short, long }) => [short, long]).filter((flag) => flag !== undefined);
}

function leaves(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...leaves(one)]);
}

function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null
    ? command.name()
    : `${nameOf(parent)} ${command.name()}`;
}

function commandsAsMarkdown(): string {
  const program = createProgram(() => undefined);
  const all = leaves(program);
  const parents = new Set(all.flatMap(({ parent }) => (parent === null ? [] : [parent])));
  const built = all.filter((command) => !parents.has(command));
  return [
    '## Options of every command',
    '',
    optionTable(program.options),
    '',
    ...built.flatMap((command) => [...commandSection(command), '']),
    '## Exit codes',
    '',
    '| code | means |',
    '|---|---|',
    ...Object.entries(codeWords).map(
      ([name, words]) => `| ${exitCodes[name as keyof typeof exitCodes]} | ${words} |`,
    ),
  ].join('\n');
}

function commandSection(command: Command): string[] {
  const words = command
    .usage()
    .replace(/^\[options\] ?/, command.options.length > 0 ? '[options] ' : '');
  const usage = `rigdeck ${nameOf(command)} ${words}`.trim();
  const options = command.options.length > 0 ? ['', optionTable(command.options)] : [];
  return [
    `## rigdeck ${nameOf(command)}`,
    '',
    `\`${usage}\``,
    '',
    sentence(command.description()),
    ...options,
    ...exampleBlock(nameOf(command)),
  ];
}

function exampleBlock(command: string): string[] {
  const examples = examplesOf[command] ?? [];
  if (examples.length === 0) return [];
  const lines = examples.map(([line, what]) => (what === '' ? line : `${line}    # ${what}`));
  return ['', '```', ...lines, '```'];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, defaultValue, defaultValueDescription }) => {
    const isShown = defaultValue !== undefined && typeof defaultValue !== 'boolean';
    const usually = isShown ? ` (default ${defaultValueDescription ?? String(defaultValue)})` : '';
    return `| \`${flags}\` | ${description.replaceAll('|', '\\|')}${usually} |`;
  });
  return ['| option | |', '|---|---|', ...rows].join('\n');
}

function badgesAsMarkdown(): string {
  const rows = Object.entries(looks).map(([state, look]) => {
    const name = state === 'stalled' ? '`recording`, no evidence' : `\`${state}\``;
    const { glyph, ascii, word, colour256, colour16, strong256 } = look;
    const colours = `${colour256} | ${colour16} | ${strong256}`;
    return `| ${name} | ${glyph} | \`${ascii}\` | ${word} | ${weightOf(look)} | ${colours} |`;
  });
  return [
    '| state | glyph | ASCII | word | weight | colour of 256 | of 16 | high contrast |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function weightOf({ bold, reverse }: Look): string {
  if (reverse) return 'reverse';
  return bold ? 'bold' : 'plain';
}

function movesAsMarkdown(): string {
  const rows = moduleStates.map((from) => {
    const to = moduleStates.filter((state) => isLegalMove(from, state));
    return `| \`${from}\` | ${to.map((state) => `\`${state}\``).join(', ')} |`;
  });
  return ['| from | to |', '|---|---|', ...rows].join('\n');
}

const seen = [
  'starting',
  'idle',
  'recording',
  'stalled',
  'paused',
  'stopping',
  'error',
  'crashed',
] as const;

const wishes: readonly (readonly [string, RollupWish])[] = [
  ['The rig is wished idle', { desired: 'idle', command: 'none' }],
  [
    'The rig is wished recording, no command is under way',
    { desired: 'recording', command: 'none' },
  ],
  ['A record command is under way', { desired: 'recording', command: 'arming' }],
  ['The rig is wished paused', { desired: 'paused', command: 'none' }],
];

/** Every check of `rigdeck doctor`. */
function doctorAsMarkdown(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return rooms
    .map(({ title, checks }) => {
      const rows = checks.map(
        ({ id, looks, bites }) => `| \`${id}\` | ${cell(looks)} | ${cell(bites)} |`,
      );
      return [`## ${title}`, '', '| check | looks at | otherwise |', '|---|---|---|', ...rows].join(
        '\n',
      );
    })
    .join('\n\n');
}

/** Two wanted modules: down the side a required one, across the top one that is not required. */
function rollupAsMarkdown(): string {
  const head = `| required \\ other | ${seen.join(' | ')} |`;
  const rule = `|---|${seen.map(() => '---|').join('')}`;
  return wishes
    .map(([title, wish]) => {
      const rows = seen.map((required) => {
        const cells = seen.map((other) => rollup([fact(required, true), fact(other, false)], wish));
        return `| **${required}** | ${cells.join(' | ')} |`;
      });
      return [`${title}:`, '', head, rule, ...rows].join('\n');
    })
    .join('\n\n');
}

function fact(state: (typeof seen)[number], required: boolean): RollupFact {
  if (state === 'stalled') return { state: 'recording', health: 'stalled', required };
  return { state, health: 'ok', required };
}
