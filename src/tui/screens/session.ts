import { clockTime, dateAndTime } from '../../protocol/local-time.ts';
import { sayTrial, withOwner } from '../../protocol/rig-words.ts';
import { sayTrialRun, sayVerified } from '../../protocol/session-words.ts';
import type { FileDetail, SessionDetail, TrialDetail } from '../../protocol/sessions.ts';
import { clean, pad, widthOf, wrap } from '../../protocol/text.ts';
import { type Paint, paints } from '../../protocol/theme.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayCount, sayDuration, saySize } from '../../protocol/units.ts';
import { type Line, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import type { SessionScreen, Verify } from '../view/session-screens.ts';
import { ago } from './problems.ts';
import { workLines } from './work.ts';

/** From here on a file takes one line. */
const wideColumns = 64;

export function sessionTitle({ facts, session }: SessionScreen): Line {
  if (facts.state !== 'known') return [span(` session ${clean(session, 40)}`, paints.bold)];
  const { id, name, trials, leftOut } = facts.value;
  const count = sayCount(trials.length + leftOut.trials, 'trial');
  return [
    span(` session ${clean(id, 16)} ${clean(name)}`, paints.bold),
    span(` · ${count}`, paints.dim),
  ];
}

/** A session: when and where, whether it is in order, its trials with their files, its gaps, markers and problems. */
export function sessionLines(now: Situation, screen: SessionScreen): Line[] {
  const { facts, verify } = screen;
  const { width } = now;
  if (facts.state !== 'known') {
    const words = facts.state === 'asked' ? 'the daemon looks at the disk ...' : facts.words;
    return text(words, width, paints.plain);
  }
  const detail = facts.value;
  return [
    ...headLines(detail, width),
    ...verifyLines(verify, now),
    ...detail.trials.flatMap((trial) => trialLines(trial, detail, now)),
    ...noteLines(detail, width),
    ...leftOutLines(detail, width),
    ...text(`in ${detail.path}`, width, paints.dim),
  ];
}

function headLines({ startedAt, endedAt, damaged, later, remedy }: SessionDetail, width: number) {
  const from = dateAndTime(startedAt);
  const to = endedAt === null ? ', still open' : ` to ${withoutDay(dateAndTime(endedAt), from)}`;
  const wrong = damaged === null ? later && `was ${later}` : `is damaged: ${damaged}`;
  return [
    ...text(`${from}${to}`, width, paints.plain),
    ...(wrong === undefined ? [] : text(`! session.json ${wrong}`, width, paints.warn)),
    ...(remedy === null ? [] : text(`→ ${toType(remedy)}`, width, paints.plain)),
  ];
}

/** The day is said once. */
function withoutDay(time: string, before: string): string {
  const [day, clock = time] = time.split(' ');
  return before.startsWith(`${day} `) ? clock : time;
}

function verifyLines(verify: Verify, { width, nowMs }: Situation): Line[] {
  switch (verify.state) {
    case 'not-asked':
      return [];
    case 'failed':
      return text(`not verified: ${verify.words}`, width, paints.warn);
    case 'under-way': {
      const { work, sinceMs } = verify;
      if (work === null) return text('verifying ...', width, paints.plain);
      return workLines(work, 'verifying', sinceMs === null ? null : nowMs - sinceMs, width);
    }
    case 'done': {
      const { result, atMs } = verify;
      const paint = result.ok ? paints.good : paints.warn;
      const when = ago(new Date(atMs).toISOString(), nowMs);
      const sign = result.ok ? '●' : '✖';
      return [
        ...text(`${sign} verified ${when}, ${sayVerified(result)}`, width, paint),
        ...result.notes.flatMap((note) => block('', note, width, 3, paints.plain)),
        ...(result.remedy === null
          ? []
          : block('', `→ ${toType(result.remedy)}`, width, 3, paints.plain)),
      ];
    }
  }
}

function trialLines(trial: TrialDetail, { id }: SessionDetail, now: Situation): Line[] {
  const { snapshot, width } = now;
  const rig = snapshot?.rig;
  const isNow = rig?.session?.id === id && rig.trial?.number === trial.number;
  const run = isNow ? 'being recorded' : sayTrialRun(trial);
  const size = `${sayCount(trial.fileCount, 'file')}, ${saySize(trial.bytes)}`;
  const isOdd = !isNow && (trial.stoppedAt === null || trial.outcome !== 'complete');
  const title = clean(sayTrial(trial), 100);
  const words = `${clockTime(trial.startedAt)} · ${run} · ${size}`;
  const paint = isOdd ? paints.warn : paints.plain;
  const fits = widthOf(title) + widthOf(words) + 3 < width;
  const head: Line[] = fits
    ? [[span(` ${title}`, paints.bold), span(`  ${words}`, paint)]]
    : [[span(` ${title}`, paints.bold)], ...block('', words, width, 3, paint)];
  const rest = trial.fileCount - trial.files.length;
  const more =
    rest > 0 ? block('', `and ${sayCount(rest, 'more file')}`, width, 3, paints.dim) : [];
  return [...head, ...trial.files.flatMap((file) => fileLines(file, width)), ...more];
}

const looks: Readonly<Record<FileDetail['verdict'], readonly [sign: string, paint: Paint]>> = {
  ok: ['●', paints.good],
  repaired: ['●', paints.good],
  open: ['○', paints.plain],
  short: ['!', paints.warn],
  empty: ['✖', paints.warn],
  bad: ['✖', paints.warn],
};

function fileLines(file: FileDetail, width: number): Line[] {
  const { verdict, bytes, recordedMs, summed, note } = file;
  const [sign, paint] = looks[verdict];
  const time = recordedMs === null ? '' : sayDuration(recordedMs);
  const unsummed = summed || verdict === 'open' || bytes === 0 ? '' : 'no checksum yet';
  const name = nameOf(file);
  const notes = note === null ? [] : block('', clean(note), width, 6, paint);
  if (width < wideColumns) {
    const words = [saySize(bytes), time, verdict, unsummed].filter((one) => one !== '').join(' · ');
    return [
      ...block(`${sign} `, name, width, 3, paints.plain, paint),
      ...block('', words, width, 6, paints.dim),
      ...notes,
    ];
  }
  const room = width - 37;
  const [first = '', ...rest] = wrap(name, room);
  const tail =
    unsummed === '' || widthOf(first) + unsummed.length + 3 > room ? '' : ` · ${unsummed}`;
  return [
    [
      span(`   ${sign} `, paint),
      span(`${pad(verdict, 9)}`, paint),
      span(`${pad(saySize(bytes), 8, 'right')} ${pad(time, 9, 'right')}  `),
      span(first),
      span(tail, paints.dim),
    ],
    ...rest.map((more): Line => [span(`${' '.repeat(34)}${more}`)]),
    ...notes,
  ];
}

/** Its trial and module stand there already: `mic_s001.wav`, and `cam/clip.mkv` where the name does not say whose it is. */
export function nameOf({ path, module }: Pick<FileDetail, 'path' | 'module'>): string {
  const inFolder = path.startsWith(`${module}/`) ? path.slice(module.length + 1) : null;
  const bare = inFolder?.replace(/^trial-\d+\//, '') ?? null;
  if (bare === null) return clean(path, 400);
  return clean(bare.startsWith(module) ? bare : `${module}/${bare}`, 400);
}

function noteLines({ gaps, markers, problems }: SessionDetail, width: number): Line[] {
  const gapLines = gaps.flatMap(({ from, to, module, cause }) => {
    const until = to === null ? 'now' : clockTime(to);
    const words = `${until}: ${withOwner(module ?? 'all', cause)}`;
    return block(`${clockTime(from)} `, `to ${clean(words)}`, width, 3, paints.warn);
  });
  const markerLines = markers.flatMap(({ at, text: said, actor, trial }) => {
    const where = trial === null ? '' : `, trial ${trial}`;
    const words = said === null ? '' : `"${clean(said)}" `;
    return block(`${clockTime(at)} `, `${words}(${clean(actor)}${where})`, width, 3, paints.plain);
  });
  const problemLines = problems.flatMap(({ at, message }) =>
    block(`${clockTime(at)} `, clean(message), width, 3, paints.plain),
  );
  return [
    ...section('gaps', gapLines),
    ...section('markers', markerLines),
    ...section('problems', problemLines),
  ];
}

function section(title: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : [[span(` ${title}`, paints.bold)], ...lines];
}

function leftOutLines({ id, leftOut }: SessionDetail, width: number): Line[] {
  const { trials, files, gaps, markers, problems } = leftOut;
  const all = [
    [trials, 'trial'],
    [files, 'file'],
    [gaps, 'gap'],
    [markers, 'marker'],
    [problems, 'problem'],
  ] as const;
  const words = all.flatMap(([count, what]) => (count === 0 ? [] : [sayCount(count, what)]));
  if (words.length === 0) return [];
  return text(
    toType(`Not shown: ${words.join(', ')}. All: rigdeck sessions show ${id}`),
    width,
    paints.dim,
  );
}

function text(words: string, width: number, paint: Paint): Line[] {
  return wrap(clean(words, 1_000), width - 2).map((line) => [span(` ${line}`, paint)]);
}

/** Words that go on below their beginning. */
function block(
  label: string,
  words: string,
  width: number,
  indent: number,
  paint: Paint,
  labelPaint: Paint = paints.dim,
): Line[] {
  const room = Math.max(8, width - indent - label.length - 1);
  return wrap(words, room).map((line, at) => [
    span(' '.repeat(indent)),
    span(at === 0 ? label : ' '.repeat(label.length), labelPaint),
    span(line, paint),
  ]);
}
