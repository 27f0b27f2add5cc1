import { rigConditions } from '../../src/cli/conditions.ts';
import { moduleStates } from '../../src/protocol/vocabulary.ts';
import type { CommandWords, Kind } from '../command-words.ts';
import { valueOptions } from '../command-words.ts';

export const header = 'Made from the table of commands by scripts/docs.mjs: change that.';

export const conditions = rigConditions.join(' ');
export const states = moduleStates.join(' ');
/** In the place of a run dir: what this machine has is no answer for another one. */
export const noRunDir = '/dev/null';
export const levels = 'error warn info debug';

/** A kind in one word for the scripts: `modules`, `files`, or its list with commas. */
function kindWord(kind: Kind): string {
  return typeof kind === 'string' ? kind : `=${kind.join(',')}`;
}

/** What its arguments are, in order: `module...`. */
export function argsWord({ args }: CommandWords): string {
  return args.map(({ kind, isRepeated }) => kindWord(kind) + (isRepeated ? '...' : '')).join(' ');
}

/** Options with a value, by what may stand behind them. */
export function valueGroups(all: readonly CommandWords[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const [name, kind] of valueOptions(all)) {
    const word = kindWord(kind);
    groups.set(word, [...(groups.get(word) ?? []), name]);
  }
  return [...groups];
}

/** Every way to write an option of a command, with what it is for. */
export function optionNames({ options }: CommandWords): { name: string; about: string }[] {
  return options.flatMap(({ names, about }) => names.map((name) => ({ name, about })));
}
