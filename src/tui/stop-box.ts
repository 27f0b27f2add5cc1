import { clean, pad, wrap } from '../protocol/text.ts';
import { paints } from '../protocol/theme.ts';
import { type Line, span } from './line.ts';
import { runTime } from './reasons.ts';
import type { Situation } from './situation.ts';

/** The question before a stop: which trial, how long it has run, what it would end. Without a frame where there is no room. */
export function stopBox(now: Situation, height: number): Line[] {
  const width = Math.min(63, now.width - 2);
  const answer = `y  ${stopsWhat(now)}`;
  const keep = '[ keep recording ]';
  const sentences = wrap(question(now), width - 4);
  if (height < sentences.length + 4 || width < 36) return bare(now, height);
  const gap = ' '.repeat(Math.max(2, Math.floor((width - 4 - keep.length - answer.length) / 2)));
  const title = ` Stop recording? `;
  const inside = (text: string): Line => [
    span(' │ ', paints.warn),
    span(pad(text, width - 4)),
    span(' │', paints.warn),
  ];
  return [
    [span(` ┌${title}${'─'.repeat(Math.max(0, width - 2 - title.length))}┐`, paints.warn)],
    ...sentences.map(inside),
    inside(''),
    [
      span(' │ ', paints.warn),
      span(keep, { reverse: true }),
      span(pad(`${gap}${answer}`, width - 4 - keep.length)),
      span(' │', paints.warn),
    ],
    [span(` └${'─'.repeat(width - 2)}┘`, paints.warn)],
  ];
}

// The answers stand in the bottom line.
function bare(now: Situation, height: number): Line[] {
  const whole = wrap(question(now), now.width - 2);
  const what = stopsWhat(now);
  const short = [`${what.charAt(0).toUpperCase()}${what.slice(1)}?`, `It ran ${runTime(now)}.`];
  const lines = whole.length <= height ? whole : short.slice(0, height);
  return lines.map((text): Line => [span(` ${text}`, paints.bold)]);
}

function stopsWhat({ snapshot }: Situation): string {
  const trial = snapshot?.rig.trial ?? null;
  return trial === null ? 'call the start off' : `stop trial ${trial.number}`;
}

function question(now: Situation): string {
  const trial = now.snapshot?.rig.trial ?? null;
  if (trial === null) return 'A recording is just starting.';
  const label = trial.label === null ? '' : ` "${clean(trial.label, 60)}"`;
  return `trial ${trial.number}${label} has run ${runTime(now)} on ${modulesWords(now)}.`;
}

function modulesWords({ snapshot }: Situation): string {
  const modules = Object.values(snapshot?.modules ?? {});
  const count = modules.filter(({ state }) => state === 'recording' || state === 'paused').length;
  return count === 1 ? '1 module' : `${count} modules`;
}
