import type { BoardRow } from '../board-rows.ts';
import type { Situation } from '../situation.ts';
import { emptyLog } from '../view/log-screen.ts';
import { modulePage } from '../view/screens.ts';
import * as deeds from './deeds.ts';
import { type KeyRow, key } from './key-row.ts';
import type { Reason } from './reasons.ts';

/** Tab: the next one of what the screen is about. Shift-Tab: the one before. */
export const tabKeys: readonly KeyRow[] = ([1, -1] as const).flatMap((by) => {
  const keys = [by === 1 ? 'tab' : 'shift-tab'];
  const label = by === 1 ? (['Tab', 'Tab'] as const) : (['S-Tab', 'S-Tab'] as const);
  const [what, rank] = by === 1 ? (['next', 13] as const) : (['previous', 0] as const);
  return [
    key(['dashboard'], keys, label, `${what} problem`, rank, {
      help: `to the ${what} module that has a problem`,
      refuses: noProblem,
      offers: (now) => now.rows.filter((row) => hasProblem(now, row)).length > 1,
      commands: [],
      does: (now) => nextProblem(now, by),
    }),
    key(['module', 'log'], keys, label, `${what} module`, rank, {
      help: `the same of the ${what} module`,
      offers: (now) => moduleNames(now).length > 1,
      commands: [],
      does: (now) => nextModule(now, by),
    }),
    key(['problems'], keys, label, `${what} problem`, 0, {
      help: `to the ${what} problem`,
      does: (now) => deeds.moveProblem(now, by),
    }),
  ];
});

function noProblem(now: Situation): Reason {
  return now.rows.some((row) => hasProblem(now, row)) ? null : 'no module has a problem';
}

function nextProblem(now: Situation, by: 1 | -1): deeds.Deed {
  const { rows, row } = now;
  const at = rows.findIndex(({ key: one }) => one === row?.key);
  const found = around(rows, at, by).find((one) => hasProblem(now, one));
  return found === undefined ? deeds.back : select(found.key);
}

function select(name: string): deeds.Deed {
  return { kind: 'view', action: { type: 'select', name } };
}

/** A module, or a group that is folded over one. */
function hasProblem({ snapshot }: Situation, row: BoardRow): boolean {
  const names = row.kind === 'module' ? [row.name] : row.folded ? row.members : [];
  return names.some((name) => snapshot?.modules[name]?.problem != null);
}

function moduleNames({ snapshot }: Situation): string[] {
  return Object.keys(snapshot?.modules ?? {});
}

function nextModule(now: Situation, by: 1 | -1): deeds.Deed {
  const names = moduleNames(now);
  const [next] = around(names, names.indexOf(now.name ?? ''), by);
  if (next === undefined) return deeds.back;
  return deeds.show(now.screen.kind === 'log' ? emptyLog(next) : modulePage(next));
}

/** The others from the next one on, round to the one before. */
function around<T>(all: readonly T[], at: number, by: 1 | -1): T[] {
  const others = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))];
  return by === 1 ? others : others.toReversed();
}
