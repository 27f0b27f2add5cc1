import type { Problem } from '../protocol/problem.ts';
import { sayProblem } from '../protocol/rig-words.ts';
import { clean, cut, wrap } from '../protocol/text.ts';
import { type Paint, paints } from '../protocol/theme.ts';
import { sayDuration } from '../protocol/units.ts';
import { clientWords } from './header.ts';
import { type Line, span, spread } from './line.ts';
import type { Situation } from './situation.ts';

type Shown = { readonly of: string | null; readonly problem: Problem };

/** What is wrong and what to do about it, on at most `height` lines: of the selected module, else of the rig, else of any. */
export function problemLines(now: Situation, height: number): Line[] {
  const all = problemsOf(now);
  const first = all[0];
  if (first === undefined || height <= 0) return [];
  const more = all.length > 1 ? ` (${all.length - 1} more)` : '';
  const lines = wrap(`${sayProblem(first.of, first.problem)}${more}`, now.width - 4);
  const paint = first.problem.acknowledged === true ? paints.dim : paints.warn;
  return lines.slice(0, height).map((text, at): Line => {
    const cutShort = at === height - 1 && lines.length > height;
    const words = cutShort ? cut(`${text} ${lines[at + 1]}`, now.width - 4) : text;
    return [span(at === 0 ? ' ! ' : '   ', paint), span(words, at === 0 ? paint : paints.plain)];
  });
}

function problemsOf({ snapshot, names, name }: Situation): Shown[] {
  if (snapshot === null) return [];
  const ofModule = (each: string): Shown[] => {
    const problem = snapshot.modules[each]?.problem ?? null;
    return problem === null ? [] : [{ of: each, problem }];
  };
  const own = name === null ? [] : ofModule(name);
  const rigs = snapshot.rig.problems.map((problem) => ({ of: null, problem }));
  const others = names.filter((each) => each !== name).flatMap(ofModule);
  const rest = [...rigs, ...others];
  const unseen = rest.filter(({ problem }) => problem.acknowledged !== true);
  return [...own, ...unseen, ...rest.filter(({ problem }) => problem.acknowledged === true)];
}

const tones: Readonly<Record<'plain' | 'good' | 'bad', Paint>> = {
  plain: paints.plain,
  good: paints.good,
  bad: paints.warn,
};

/** The line over the keys: the answer to the last key, what is still asked, or else who is here. */
export function toastLine(now: Situation): Line {
  const { snapshot, remote, width } = now;
  const words = toastSpan(now);
  const note = remote.link.state === 'live' ? remote.link.words : null;
  const clients =
    snapshot === null || snapshot.clients.length < 2 ? '' : clientWords(snapshot.clients);
  if (words === null) return [span(` ${note === null ? clients : clean(note)}`, paints.dim)];
  if (clients === '' || clients.length + words.text.length + 4 > width) return [span(' '), words];
  return spread([span(` ${clients}`, paints.dim)], [words, span(' ')], width);
}

/** Whether the line over the keys has something to say that must not wait. */
export function hasToast({ view }: Situation): boolean {
  return view.toast !== null || view.asked.length > 0;
}

function toastSpan({ view, nowMs }: Situation) {
  const { toast, asked } = view;
  if (toast !== null) return span(clean(toast.words), tones[toast.tone]);
  const newest = asked.at(-1);
  if (newest === undefined) return null;
  const waitedMs = nowMs - newest.sinceMs;
  const still = waitedMs < 2_000 ? ' ...' : `, no answer for ${sayDuration(waitedMs)}`;
  return span(`${clean(newest.words)}${still}`, paints.plain);
}
