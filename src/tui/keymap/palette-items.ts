import { aboutModule, type Situation } from '../situation.ts';
import type { Deed } from './deeds.ts';
import { type Command, type KeyRow, keysOn } from './key-row.ts';
import { rankOf } from './match.ts';
import type { Reason } from './reasons.ts';

/** One thing that can be done from the palette, or that cannot be done now. */
export type Item = {
  /** As it is typed: `restart mic`. No two items have the same. */
  readonly words: string;
  /** The same in the words of the command line, where these are others. */
  readonly also: string | null;
  /** What stands in the place of words that may be typed behind it. */
  readonly takes: string | null;
  readonly help: string;
  /** The key that does the same on the screen below; empty where none does. */
  readonly key: string;
  readonly reason: Reason;
  readonly offered: boolean;
  readonly does: (typed: string) => Deed;
};

/**
 * What fits the text that was typed, the best first, what is refused now with its reason; without a text everything that can be
 * done now.
 *
 * @param rows the keys of all screens
 * @param below what the palette lies over
 */
export function findItems(rows: readonly KeyRow[], below: Situation, text: string): Item[] {
  const items = itemsOf(rows, below);
  if (text.trim() === '') return items.filter(({ reason, offered }) => reason === null && offered);
  const found = items.flatMap((item, at) => {
    const rank = rankFor(item, text);
    return rank === null ? [] : [{ item, order: [rank, item.reason === null ? 0 : 1, at] }];
  });
  return found.toSorted((a, b) => compare(a.order, b.order)).map(({ item }) => item);
}

/** What names an item as long as it can be chosen. */
export function idOf({ words, takes }: Item): string {
  return takes === null ? words : `${words} ${takes}`;
}

/** The words that were typed behind a command that takes some; empty where it takes none. */
export function wordsFor({ words, also, takes }: Item, text: string): string {
  const starts = [words, ...(also === null ? [] : [also])].map((one) => `${one} `);
  const start = starts.find((one) => text.toLowerCase().startsWith(one.toLowerCase()));
  return takes === null || start === undefined ? '' : text.slice(start.length).trim();
}

/** The item as it is shown: with a place for the words that it takes. */
export function labelOf(item: Item, text: string): string {
  if (item.takes === null) return item.words;
  return `${item.words} ${wordsFor(item, text) || item.takes}`;
}

function rankFor(item: Item, text: string): number | null {
  if (wordsFor(item, text) !== '') return 0;
  // With a place for words behind it `mark WORDS` is not the same as `mark`, which is found first.
  const rank = rankOf(text, idOf(item), item.help);
  const also = item.also === null ? null : rankOf(text, idOf({ ...item, words: item.also }), '');
  if (also === null) return rank;
  // `re` is the beginning of `record stop`, but nobody means a stop by it.
  return Math.min(rank ?? also + 1, also === 0 ? 0 : also + 1);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function itemsOf(rows: readonly KeyRow[], below: Situation): Item[] {
  const all = rows.flatMap((row) => commandsOf(row, below).map((command) => ({ row, command })));
  const ofRig = all.filter(({ command }) => command.of !== 'module');
  const ofModules = all.filter(({ command }) => command.of === 'module');
  const items = [
    ...ofRig.map(({ row, command }) => itemOf(row, command, below, '')),
    ...modulesOf(below).flatMap((name) => {
      const about = aboutModule(below, name);
      return ofModules.map(({ row, command }) => itemOf(row, command, about, ` ${name}`));
    }),
  ];
  return items.filter((item, at) => items.findIndex((one) => idOf(one) === idOf(item)) === at);
}

/** What a row is in the palette: what it says itself, from everywhere; else what the bottom line calls it, where it is a key. */
function commandsOf(row: KeyRow, below: Situation): readonly Command[] {
  if (row.commands !== undefined) return row.commands;
  if (row.rank === 0 || keysOn(row, below.screen.kind).length === 0) return [];
  return [{ words: typeof row.words === 'string' ? row.words : row.words(below) }];
}

function itemOf(row: KeyRow, command: Command, about: Situation, name: string): Item {
  const { takes, does, refuses = row.refuses } = command;
  const isKey = keysOn(row, about.screen.kind).length > 0 && takes === undefined;
  return {
    words: `${command.words}${name}`,
    also: command.also === undefined ? null : `${command.also}${name}`,
    takes: takes?.name ?? null,
    help: command.help ?? row.help,
    key: isKey ? row.label[about.theme.ascii ? 1 : 0] : '',
    reason: refuses(about),
    offered: row.offers(about),
    does: (typed) => (takes === undefined ? (does ?? row.does)(about) : takes.does(about, typed)),
  };
}

/** The modules, the one that keys are about first. */
function modulesOf({ snapshot, name }: Situation): string[] {
  const all = Object.keys(snapshot?.modules ?? {});
  return [...all.filter((one) => one === name), ...all.filter((one) => one !== name)];
}
