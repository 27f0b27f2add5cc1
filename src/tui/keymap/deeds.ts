import type { Intent } from '../../protocol/intent.ts';
import { clean } from '../../protocol/text.ts';
import { sayCount } from '../../protocol/units.ts';
import type { DelayDeed } from '../delays.ts';
import { problemKey } from '../problems.ts';
import { pageOf, type Situation } from '../situation.ts';
import { emptyLog, markedLines } from '../view/log-screen.ts';
import { complain, confirm, say } from '../view/notices.ts';
import { findOf, historyOf, modulePage, type Screen } from '../view/screens.ts';
import type { ViewAction } from '../view/view-state.ts';
import type { Wish } from '../wishes.ts';

/** What a key does: to the view, to the rig, or to this program. */
export type Deed =
  | { readonly kind: 'view'; readonly action: ViewAction }
  | { readonly kind: 'copy'; readonly text: string; readonly what: string }
  | WishDeed
  | DelayDeed
  | PressDeed
  /** One after the other. */
  | { readonly kind: 'all'; readonly deeds: readonly Deed[] }
  /** What was chosen in the palette, which is closed before. */
  | { readonly kind: 'chosen'; readonly deed: Deed }
  /** The whole screen is drawn anew. */
  | { readonly kind: 'redraw' }
  /** This program stops, until the shell lets it go on. */
  | { readonly kind: 'suspend' }
  | Leave;
/** A simulated button is pressed for so long. */
export type PressDeed = {
  readonly kind: 'press';
  readonly line: string;
  readonly holdMs: number;
  readonly done: string;
};
type Leave = { readonly kind: 'leave' };

/** A wish on its way to the rig. `asked`: "asked to stop trial 7"; `done`: "trial 7 is stopped". */
export type WishDeed = {
  readonly kind: 'submit';
  readonly intent: Intent;
  readonly asked: string;
  readonly done: string;
  /** Null for what is done once it is answered. */
  readonly wish: Wish | null;
};

/** To the screen before. */
export const back: Deed = { kind: 'view', action: { type: 'back' } };
export const leave: Leave = { kind: 'leave' };

/** Leaves the screen of a rig that goes on; asks first where the rig ends with its screen. */
export function askLeave({ leaving }: Situation): Deed {
  return leaving === null ? leave : show({ kind: 'confirm-leave' });
}

/** Another row of the dashboard is selected, so many further. */
export function moveRow({ rows, row }: Situation, by: number): Deed {
  const names = rows.map(({ key }) => key);
  return { kind: 'view', action: { type: 'move', by, names, from: row?.key ?? null } };
}

/** Another of these is selected, so many further. */
export function move(names: readonly string[], by: number): Deed {
  return { kind: 'view', action: { type: 'move', by, names } };
}

export function moveProblem({ problems }: Situation, by: number): Deed {
  return move(problems.map(problemKey), by);
}

export function show(screen: Screen): Deed {
  return { kind: 'view', action: { type: 'show', screen } };
}

export function openModule({ name }: Situation): Deed {
  return name === null ? back : show(modulePage(name));
}

/** The log; from the page of its module with what is known of it already. */
export function openLog({ name, screen }: Situation): Deed {
  if (name === null) return back;
  return show(screen.kind === 'module' ? screen.log : emptyLog(name));
}

export function openHistory({ name, screen }: Situation): Deed {
  const isOpen = screen.kind === 'module' || screen.kind === 'log';
  return show(historyOf(isOpen ? name : null));
}

export function scroll(by: number): Deed {
  return { kind: 'view', action: { type: 'scroll', by } };
}

export function page(now: Situation, pages: number): Deed {
  return scroll(pages * pageOf(now));
}

export function followWord({ screen }: Situation): string {
  return screen.kind === 'log' && screen.bottom === null ? 'stay' : 'follow';
}

export function filterWord({ screen }: Situation): string {
  return screen.kind === 'history' && screen.shows === 'wishes' ? 'all' : 'only wishes';
}

export function preflightWord({ screen }: Situation): string {
  return screen.kind === 'preflight' ? 'look again' : 'preflight';
}

/** Looks for something on this screen; what was looked for is there to be changed. */
export function search({ screen }: Situation): Deed {
  const find = findOf(screen) ?? '';
  return show({ kind: 'search', text: find, before: find });
}

export function isSearching({ screen }: Situation): boolean {
  return findOf(screen) !== '';
}

export function isFiltered({ screen }: Situation): boolean {
  return screen.kind === 'dashboard' && (screen.find !== '' || screen.only === 'problems');
}

export function problemsWord({ screen }: Situation): string {
  return screen.kind === 'dashboard' && screen.only === 'problems' ? 'all' : 'only problems';
}

export function wrapWord({ screen }: Situation): string {
  return screen.kind === 'log' && screen.wraps ? 'cut lines' : 'wrap lines';
}

/** The lines of the log that are marked, or those that the screen has room for, as they are in the log. */
export function copyLog(now: Situation): Deed {
  const { screen } = now;
  if (screen.kind !== 'log') return back;
  const marked = markedLines(screen);
  const end = screen.bottom === null ? screen.lines.length : screen.bottom - screen.first + 1;
  const lines = screen.lines
    .slice(
      marked === null ? Math.max(0, end - pageOf(now)) : marked.from - screen.first,
      marked === null ? end : marked.to - screen.first + 1,
    )
    .map((line) => clean(line, 4_000));
  return { kind: 'copy', text: lines.join('\n'), what: sayCount(lines.length, 'line') };
}

/** Clicks come to us, or are the terminal's own again. */
export function toggleMouse({ view: { mouse }, nowMs }: Situation): Deed {
  const to = mouse === 'on' ? 'off' : 'on';
  const toast = to === 'on' ? complain(mouseOn, nowMs) : say(mouseOff, nowMs);
  return { kind: 'view', action: { type: 'mouse', to, toast: { ...toast, tone: 'plain' } } };
}

const mouseOn =
  'mouse on: click a row or a key below, the wheel scrolls. To select text hold Shift (Option on a Mac); M switches it off';
const mouseOff = 'mouse off: it selects text as everywhere';

/** Takes back what is not sent yet: the newest of it. */
export function undo({ view: { notices }, nowMs }: Situation): Deed {
  const last = notices.delayed.at(-1);
  if (last === undefined) return back;
  const toast = confirm(`taken back: ${last.module} records on`, nowMs);
  return { kind: 'view', action: { type: 'take-back', id: last.id, toast } };
}

/** The question before a stop. It names the trial that it is about. */
export function askStop({ snapshot }: Situation): Deed {
  if (snapshot === null) return back;
  const trial = snapshot.rig.trial?.number ?? null;
  return show({ kind: 'confirm-stop', epoch: snapshot.epoch, trial });
}
