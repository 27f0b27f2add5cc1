import { badgeOf } from '../../protocol/badge.ts';
import { activityOf, countdownOf } from '../../protocol/module-words.ts';
import type { Problem } from '../../protocol/problem.ts';
import { sayProblem } from '../../protocol/rig-words.ts';
import { barOf } from '../../protocol/session-words.ts';
import type { Gauge, ModuleRecord, ModuleTelemetry } from '../../protocol/snapshot.ts';
import { clean, pad, wrap } from '../../protocol/text.ts';
import { glyphOf, paints } from '../../protocol/theme.ts';
import { sayCount, saySize } from '../../protocol/units.ts';
import { type Line, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import type { ModuleScreen } from '../view/screens.ts';
import { historyLines } from './history.ts';
import { logLines } from './log.ts';
import { optionLines } from './module-options.ts';
import { ago } from './problems.ts';

const tailLines = 5;
const labelWidth = 10;

/** Whose page it is, with its badge. */
export function modulePageTitle({ module, name, seenMs, theme }: Situation): Line {
  const title = span(` ${clean(name ?? '')}`, paints.bold);
  if (module === null) return [title];
  const badge = badgeOf(module, seenMs);
  return [title, span('  '), span(`${glyphOf(badge.look, theme)} ${badge.text}`, badge.look)];
}

/** All about one module: its facts side by side, gauges, problems, the end of its log, and what became of it. */
export function modulePageLines(now: Situation, page: ModuleScreen): Line[] {
  const { module, width } = now;
  if (module === null) return [[span(' this module is gone from rig.yaml')]];
  const live = now.telemetry?.modules[page.module];
  const log = logLines(page.log, width - 3, tailLines).map((line): Line => [span('  '), ...line]);
  return [
    ...factLines([...factsOf(now, page.module, module, live), ...writesOf(page)], width),
    ...gaugeLines(live?.gauges ?? {}, width),
    ...problemPart(now, page.module, module),
    ...section('log', 'Enter: all of it'),
    ...log,
    ...optionLines(page.detail, width),
    ...section('history', 'newest first'),
    ...historyLines(page.past, { shows: 'all', width, module: page.module, others: now.names }),
  ];
}

type Fact = readonly [label: string, words: string];

function factsOf(
  now: Situation,
  name: string,
  module: ModuleRecord,
  live: ModuleTelemetry | undefined,
): Fact[] {
  const { seenMs: nowMs } = now;
  const { startedAt, pid } = module;
  const since = ago(module.stateSince, nowMs).replace(/ ago$/, '');
  const required = module.required ? 'required' : 'not required';
  const activity = activityOf(nowMs, name, { ...module, problem: null }, live);
  const usual = usualWords.get(module.state) ?? 'nothing special';
  return [
    ['wanted', `${module.desired}, ${required}, group ${clean(module.group, 32)}`],
    ['state', `${module.state} for ${since}`],
    ['doing', activity === '' ? (countdownOf(module, nowMs, 'full') ?? usual) : activity],
    ['health', module.health],
    ['data', dataWords(module, live)],
    ['last data', lastDataWords(module, nowMs)],
    ['process', pid === null ? 'none' : `pid ${pid}${usageWords(live)}`],
    [
      'run',
      `${module.run}${startedAt === null ? '' : `, up for ${ago(startedAt, nowMs).replace(/ ago$/, '')}`}`,
    ],
    ['restarts', module.restarts === 0 ? 'none' : String(module.restarts)],
    ['can', module.can.map((word) => clean(word, 32)).join(', ') || 'not said yet'],
    ['version', module.version === null ? 'not said' : clean(module.version, 64)],
  ];
}

function writesOf({ writes }: ModuleScreen): Fact[] {
  const [first, ...more] = writes;
  if (first === undefined) return [];
  return [
    ['writes', more.length === 0 ? first : `${first} and ${sayCount(more.length, 'more file')}`],
  ];
}

/** What a module does that says nothing itself. */
const usualWords: ReadonlyMap<string, string> = new Map([
  ['recording', 'recording'],
  ['error', 'nothing: it cannot work'],
]);

// Counters are those of the newest trial; live ones are fresher.
function dataWords({ evidence, state }: ModuleRecord, live: ModuleTelemetry | undefined): string {
  const { bytes, samples, dropped } = live ?? evidence;
  const bytesPerS = state === 'recording' ? (live?.bytesPerS ?? null) : null;
  const rate = bytesPerS === null ? '' : ` at ${saySize(bytesPerS)}/s`;
  const counted = samples === 0 ? '' : `, ${sayCount(samples, 'sample')}`;
  const lost = dropped === 0 ? '' : `, ${dropped} dropped`;
  return bytes === 0 && samples === 0 ? 'none' : `${saySize(bytes)}${rate}${lost}${counted}`;
}

// The instant is that of the last change: of what goes well it is not known any closer.
function lastDataWords({ evidence, state, health }: ModuleRecord, nowMs: number): string {
  if (evidence.lastProgressAt === null) return 'nothing seen yet';
  const isFine = state === 'recording' && health === 'ok';
  return isFine ? 'landing now' : ago(evidence.lastProgressAt, nowMs);
}

function usageWords(live: ModuleTelemetry | undefined): string {
  const cpu = live?.cpuPercent == null ? '' : `, ${Math.round(live.cpuPercent)} % cpu`;
  return `${cpu}${live?.memoryBytes == null ? '' : `, ${saySize(live.memoryBytes)}`}`;
}

/** Side by side where there is room for two. */
function factLines(facts: readonly Fact[], width: number): Line[] {
  const columns = width >= 72 ? 2 : 1;
  const cell = Math.floor((width - 1) / columns);
  const room = cell - labelWidth - 1;
  if (columns === 1) return facts.flatMap((fact) => factBlock(fact, room));
  const rows = Math.ceil(facts.length / 2);
  return Array.from({ length: rows }, (_, at): Line => {
    const pair = [facts[at], facts[at + rows]].filter((fact) => fact !== undefined);
    return pair.flatMap(([label, words]) => [
      span(` ${pad(label, labelWidth - 1)} `, paints.dim),
      span(pad(words, room)),
    ]);
  });
}

function factBlock([label, words]: Fact, room: number): Line[] {
  return wrap(words, room).map((text, at) => [
    span(` ${pad(at === 0 ? label : '', labelWidth - 1)} `, paints.dim),
    span(text),
  ]);
}

const barWidth = 10;

function gaugeLines(gauges: Readonly<Record<string, Gauge>>, width: number): Line[] {
  const all = Object.entries(gauges);
  if (all.length === 0) return [];
  return [...section('gauges', ''), ...all.map(([name, gauge]) => gaugeLine(name, gauge, width))];
}

// The bar is full where the module wants to be warned; without such a level there is none.
function gaugeLine(name: string, { value, warn, unit }: Gauge, width: number): Line {
  const sign = unit === undefined ? '' : ` ${clean(unit, 16)}`;
  const figure = `${Number(value.toPrecision(4))}${sign}`;
  const label = span(`  ${pad(clean(name, 32), Math.min(16, Math.floor(width / 3)))} `);
  if (warn === undefined) return [label, span(figure)];
  const isHigh = value >= warn;
  const bar = barOf(value / warn, barWidth);
  const paint = isHigh ? paints.warn : paints.plain;
  const limit = `${isHigh ? ', too high: ' : ' of '}${warn}${sign}`;
  return [label, span(bar, isHigh ? paints.warn : paints.good), span(` ${figure}${limit}`, paint)];
}

function problemPart(now: Situation, name: string, { problem, lastProblem }: ModuleRecord): Line[] {
  if (problem !== null) {
    const isNew = problem.acknowledged !== true;
    const title = section(isNew ? 'problem' : 'problem, seen', isNew ? 'x: seen' : '');
    return [...title, ...problemBlock(now, name, problem, isNew)];
  }
  if (lastProblem === null) return [];
  return [...section('last problem, over', ''), ...problemBlock(now, name, lastProblem, false)];
}

function problemBlock(now: Situation, name: string, problem: Problem, isNew: boolean): Line[] {
  const often = problem.count > 1 ? `, ${problem.count} times` : '';
  const words = `${sayProblem(name, problem)} (${ago(problem.lastAt, now.nowMs)}${often})`;
  const last = (problem.exit?.lastWords ?? []).slice(-3);
  return [
    ...wrap(words, now.width - 4).map(
      (text, at): Line => [
        span(at === 0 && isNew ? ' ! ' : '   ', paints.warn),
        span(text, isNew ? paints.warn : paints.plain),
      ],
    ),
    ...last.flatMap((line) =>
      wrap(clean(line), now.width - 6).map((text): Line => [span(`   │ ${text}`, paints.dim)]),
    ),
  ];
}

function section(title: string, more: string): Line[] {
  return [[span(` ${title}`, paints.bold), span(more === '' ? '' : ` · ${more}`, paints.dim)]];
}
