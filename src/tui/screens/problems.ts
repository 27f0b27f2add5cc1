import { sayRemedy } from '../../protocol/rig-words.ts';
import { clean, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { sayDuration } from '../../protocol/units.ts';
import { type Line, rowMark, span } from '../line.ts';
import { isNew, type OwnedProblem, problemKey } from '../problems.ts';
import type { Situation } from '../situation.ts';

export function problemsTitle({ problems }: Situation): Line {
  const unseen = problems.filter(isNew).length;
  const words = problems.length === 0 ? 'none' : `${problems.length}, ${unseen} not seen yet`;
  return [span(' problems', paints.bold), span(` · ${words}`, paints.dim)];
}

/** All problems with their remedies, each as many lines as it needs; and which lines are those of the selected one. */
export function problemsBody(now: Situation): { lines: Line[]; from: number; to: number } {
  const { problems, problem: selected, width } = now;
  if (problems.length === 0) {
    const words = wrap('Nothing is wrong. What was wrong before is in the history: H', width - 2);
    return { lines: words.map((text): Line => [span(` ${text}`)]), from: 0, to: 0 };
  }
  const key = selected === null ? null : problemKey(selected);
  const parts = problems.map((one) => entryOf(one, now, problemKey(one) === key));
  const at = problems.findIndex((one) => problemKey(one) === key);
  const from = parts.slice(0, Math.max(0, at)).reduce((sum, part) => sum + part.length, 0);
  return { lines: parts.flat(), from, to: from + (parts[Math.max(0, at)]?.length ?? 0) };
}

function entryOf(one: OwnedProblem, now: Situation, isSelected: boolean): Line[] {
  const { message, remedy } = one.problem;
  const paint = isNew(one) ? paints.warn : paints.dim;
  const room = now.width - 4;
  const mark = rowMark(isSelected ? ' ▌' : '  ', problemKey(one), isSelected);
  const block = (text: string, sign: string, look: typeof paint | typeof paints.plain): Line[] =>
    wrap(text, room).map((line, at) => [
      mark,
      span(at === 0 ? `${sign} ` : '  ', paint),
      span(line, look),
    ]);
  return [
    ...block(`${whose(one)}${clean(message)}`, isNew(one) ? '!' : ' ', paint),
    ...(remedy === null ? [] : block(sayRemedy(remedy), '→', paints.plain)),
    ...block(sayTimes(one, now.nowMs), ' ', paints.dim),
    ...(one.problem.exit?.lastWords ?? [])
      .slice(-3)
      .flatMap((words) => block(clean(words), '│', paints.dim)),
    [],
  ];
}

function whose({ of, problem }: OwnedProblem): string {
  if (of === null) return 'rig: ';
  return problem.message.startsWith(of) ? '' : `${of}: `;
}

/** How often and since when, and whether somebody has seen it. */
function sayTimes({ problem }: OwnedProblem, nowMs: number): string {
  const { count, firstAt, lastAt, acknowledged } = problem;
  const last = ago(lastAt, nowMs);
  const span = ago(firstAt, nowMs).replace(/ ago$/, '');
  const often = count > 1 ? `${count} times in ${span}, last ${last}` : last;
  return acknowledged === true ? `${often} · seen` : often;
}

/** How long ago, in words. */
export function ago(at: string, nowMs: number): string {
  const ms = Math.max(1_000, nowMs - Date.parse(at));
  return `${sayDuration(Math.floor(ms / 1_000) * 1_000)} ago`;
}
