import type { PreflightCheck } from '../../protocol/preflight.ts';
import { sayVerdict, worstFirst } from '../../protocol/preflight-words.ts';
import { sayRemedy } from '../../protocol/rig-words.ts';
import { asSentence, clean, wrap } from '../../protocol/text.ts';
import { type Paint, paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import type { PreflightScreen } from '../view/screens.ts';
import { ago } from './problems.ts';

export function preflightTitle({ answer }: PreflightScreen, { nowMs, width }: Situation): Line {
  const title = span(' preflight', paints.bold);
  if (answer.state !== 'known') return [title];
  const { result } = answer;
  const paint = result.verdict === 'ready' ? paints.good : paints.warn;
  const words = sayVerdict(result);
  // Where the whole of it would be cut, the word that matters is not.
  const isNarrow = words.length + 14 > width;
  return [
    isNarrow ? span('') : title,
    span(isNarrow ? ` ${words}` : ` · ${words}`, paint),
    span(` ${ago(result.at, nowMs)}`, paints.dim),
  ];
}

/** Every check with its answer, the worst first, each as many lines as it needs. */
export function preflightLines({ answer }: PreflightScreen, width: number): Line[] {
  if (answer.state === 'known') {
    return worstFirst(answer.result.checks).flatMap((check) => checkLines(check, width));
  }
  const words = answer.state === 'asked' ? 'the daemon looks at everything ...' : answer.words;
  return wrap(clean(words), width - 2).map((text) => [span(` ${text}`)]);
}

const looks: Readonly<Record<PreflightCheck['level'], readonly [sign: string, paint: Paint]>> = {
  blocker: ['✖', paints.warn],
  warning: ['!', paints.warn],
  ok: ['●', paints.good],
};

function checkLines({ about, level, message, remedy }: PreflightCheck, width: number): Line[] {
  const [sign, paint] = looks[level];
  const words = `${clean(about, 40)}: ${asSentence(clean(message))}`;
  const paragraph = (text: string, mark: string, look: Paint): Line[] =>
    wrap(text, width - 4).map((line, at) => [
      span(` ${at === 0 ? mark : ' '} `, paint),
      span(line, look),
    ]);
  const cure = remedy === null ? [] : paragraph(sayRemedy(remedy), '→', paints.plain);
  return [...paragraph(words, sign, level === 'ok' ? paints.plain : paint), ...cure];
}
