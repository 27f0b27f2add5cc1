import { sayProblem, sayRemedy } from '../../protocol/rig-words.ts';
import { wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';
import { type Message, pageMs, pressMessage, withoutDaemon } from '../messages.ts';
import { isNew } from '../problems.ts';
import type { Situation } from '../situation.ts';

/** The problem that matters most, in words; null when all is well. */
function worstOf(now: Situation): Message | null {
  if (now.remote.link.state === 'lost')
    return now.snapshot === null ? unknown(now) : withoutDaemon(now);
  const press = pressMessage(now);
  if (press !== null) return press;
  const { problems } = now;
  const [worst] = problems;
  if (worst === undefined) return null;
  const { remedy, ...rest } = worst.problem;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return {
    what: `${sayProblem(worst.of, { ...rest, remedy: null })}${more}`,
    remedy: remedy === null ? null : sayRemedy(remedy),
    paint: isNew(worst) ? paints.warn : paints.dim,
  };
}

function unknown({ remote: { link } }: Situation): Message {
  const what = 'Nothing is known of the rig yet.';
  return {
    what,
    remedy: link.state === 'lost' ? sayRemedy(link.words) : null,
    paint: paints.warn,
  };
}

/** How many lines the worst problem would like. */
export function problemHeight(now: Situation): number {
  const worst = worstOf(now);
  return worst === null ? 0 : wholeOf(worst, now.width).length;
}

/** The worst problem and what to do about it, by turns where it does not fit on so many lines. */
export function worstProblemLines(now: Situation, height: number): Line[] {
  const worst = worstOf(now);
  if (worst === null || height <= 0) return [];
  const all = wholeOf(worst, now.width);
  const pages = Math.ceil(all.length / height);
  const page = Math.floor(now.nowMs / pageMs) % pages;
  return all.slice(page * height, (page + 1) * height);
}

// What to do begins a line of its own: it is found at once.
function wholeOf({ what, remedy, paint }: Message, width: number): Line[] {
  const room = width - 4;
  const lines = wrap(what, room).map(
    (text, at): Line => [span(at === 0 ? ' ! ' : '   ', paint), span(text, paint)],
  );
  const cure = remedy === null ? [] : wrap(remedy, room);
  return [...lines, ...cure.map((text, at): Line => [span(at === 0 ? ' → ' : '   '), span(text)])];
}
