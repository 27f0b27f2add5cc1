import { recordedMs } from '../../protocol/recorded-time.ts';
import { sayScheduled, waitingStart } from '../../protocol/scheduled-words.ts';
import { clean, pad, widthOf, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { sayCount, sayDuration } from '../../protocol/units.ts';
import { bottomLine } from '../keymap/bottom-line.ts';
import { type Line, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import { isQuestion } from '../view/screens.ts';
import { dashboardLines } from './dashboard.ts';

/** A question: its title, what it is about, the answer that does nothing and the one that does something. */
type Question = {
  readonly title: string;
  readonly about: string;
  readonly keep: string;
  readonly answer: string;
  /** The same in as few words as can be. */
  readonly brief: readonly string[];
};

/** The rig with a question over its lower lines; the header stays in sight, so that it is clear what it is about. */
export function questionLines(now: Situation): Line[] {
  const lines = dashboardLines(now);
  const box = questionBox(now, Math.max(1, now.height - 2));
  if (now.height < 3) return box.slice(0, now.height);
  const above = lines.slice(0, Math.max(1, now.height - 1 - box.length));
  return [...above, ...box, bottomLine(now)];
}

/** The question alone, on at most so many lines. */
export function questionBox(now: Situation, height: number): Line[] {
  return boxOf(questionOf(now), now.width, height);
}

function questionOf(now: Situation): Question {
  const { screen } = now;
  const question = screen.kind === 'confirm-leave' ? leaveQuestion(now) : stopQuestion(now);
  if (!isQuestion(screen) || screen.early !== true) return question;
  const early = 'That y came before this question: press it again.';
  const { about, brief } = question;
  return { ...question, about: `${early} ${about}`, brief: [early, ...brief] };
}

function boxOf(question: Question, screenWidth: number, height: number): Line[] {
  const width = Math.min(63, screenWidth - 2);
  const room = width - 4;
  const sentences = wrap(question.about, room);
  const answers = answersOf(question, room);
  const spare = height - sentences.length - answers.length - 2;
  if (spare < 0 || width < 28) return bare(question, screenWidth, height);
  const title = ` ${question.title} `;
  const inside = (line: Line): Line => [span(' │ ', paints.warn), ...line, span(' │', paints.warn)];
  const blanks = Array.from({ length: Math.min(1, spare) }, () => [span(' '.repeat(room))]);
  return [
    [span(` ┌${title}${'─'.repeat(Math.max(0, width - 2 - title.length))}┐`, paints.warn)],
    ...sentences.map((text) => inside([span(pad(text, room))])),
    ...[...blanks, ...answers].map(inside),
    [span(` └${'─'.repeat(width - 2)}┘`, paints.warn)],
  ];
}

/** Both answers side by side, or below each other: never cut. */
function answersOf({ keep, answer }: Question, room: number): Line[] {
  const button = `[ ${keep} ]`;
  const words = `y  ${answer}`;
  const left = room - widthOf(button) - widthOf(words);
  const safe = { ...span(button, { reverse: true }), hit: { key: 'esc' } };
  const go = (text: string) => ({ ...span(text), hit: { key: 'y' } });
  if (left < 2) {
    return [[safe, span(' '.repeat(Math.max(0, room - widthOf(button))))], [go(pad(words, room))]];
  }
  const gap = ' '.repeat(Math.max(2, Math.floor(left / 2)));
  return [[safe, span(gap), go(pad(words, room - widthOf(button) - gap.length))]];
}

// Without a frame where there is no room for one: the answers stand in the bottom line.
function bare({ about, brief }: Question, width: number, height: number): Line[] {
  const whole = wrap(about, width - 2);
  const lines = whole.length <= height ? whole : brief.slice(0, height);
  return lines.map((text): Line => [span(` ${text}`, paints.bold)]);
}

function stopQuestion(now: Situation): Question {
  const trial = now.snapshot?.rig.trial ?? null;
  const keep = 'keep recording';
  const title = 'Stop recording?';
  const start = now.snapshot === null ? null : waitingStart(now.snapshot.rig);
  if (start !== null) {
    const about = `A recording ${sayScheduled(start, now.nowMs)}.`;
    const off = { answer: 'call the start off', brief: ['Call the start off?'] };
    return { title: 'Call the start off?', about, keep: 'keep it', ...off };
  }
  if (trial === null) {
    const about = 'A recording is just starting. Nothing has been recorded yet.';
    return { title, about, keep, answer: 'call the start off', brief: ['Call the start off?'] };
  }
  const label = trial.label === null ? '' : ` "${clean(trial.label, 60)}"`;
  const ran = runTime(now);
  const what = `Trial ${trial.number}${label} has recorded ${ran} on ${modulesWords(now)}.`;
  return {
    title,
    about: `${what} It ends, its files are finished; the modules stay ready.`,
    keep,
    answer: `stop trial ${trial.number}`,
    brief: [`Stop trial ${trial.number}?`, `It ran ${ran}.`],
  };
}

function leaveQuestion(now: Situation): Question {
  const trial = now.snapshot?.rig.trial ?? null;
  const stops = trial === null ? '' : `Trial ${trial.number} will be stopped. `;
  return {
    title: 'End the demo?',
    about: clean(`${stops}${now.leaving ?? ''}`),
    keep: 'stay',
    answer: 'end the demo',
    brief: ['End the demo, its rig and what it recorded?'],
  };
}

function modulesWords({ snapshot }: Situation): string {
  const modules = Object.values(snapshot?.modules ?? {});
  const count = modules.filter(({ state }) => state === 'recording' || state === 'paused').length;
  return sayCount(count, 'module');
}

/** How long the present trial has recorded: `12 min 41 s`. */
function runTime({ snapshot, monoMs }: Situation): string {
  const trial = snapshot?.rig.trial ?? null;
  if (trial === null) return '';
  const ms = recordedMs(trial, monoMs);
  const isMinutes = ms >= 60_000 && ms < 3_600_000;
  if (!isMinutes) return sayDuration(ms);
  return `${Math.floor(ms / 60_000)} min ${Math.floor(ms / 1_000) % 60} s`;
}
