import { sayArming } from '../protocol/arming-words.ts';
import type { Badge } from '../protocol/badge.ts';
import { sayTest } from '../protocol/gpio-test-words.ts';
import { sayRefusedPress } from '../protocol/gpio-words.ts';
import type { Problem } from '../protocol/problem.ts';
import { rankOfProblem } from '../protocol/problem-rank.ts';
import { sayRecorded } from '../protocol/recorded-time.ts';
import { rigBadge } from '../protocol/rig-badge.ts';
import { sayHost, sayProblem, saySession, sayTrial } from '../protocol/rig-words.ts';
import { sayScheduled, sayScheduledAlone } from '../protocol/scheduled-words.ts';
import type { RigRecord, Snapshot } from '../protocol/snapshot.ts';
import { clean, cut, widthOf, wrap } from '../protocol/text.ts';
import { glyphOf, painted, paints, toAscii } from '../protocol/theme.ts';
import { toType } from '../protocol/typed-command.ts';
import type { Screen, StatusScene } from './status-rows.ts';
import { moduleLines } from './status-rows.ts';

/** The status in lines that fit the terminal: the rig, the machine, one row a module, and what is wrong with what to do. */
export function statusLines(scene: StatusScene, terminal: Screen): string[] {
  const columns = Math.max(20, terminal.columns);
  const lines = [
    ...headerLines(scene, { ...terminal, columns }),
    ...moduleLines(scene, { ...terminal, columns }),
    ...(scene.isDown === true ? [] : problemLines(scene, columns)),
  ];
  const faded =
    scene.stale === null ? lines : lines.map((line) => painted(line, paints.dim, terminal.theme));
  return terminal.theme.ascii ? faded.map(toAscii) : faded;
}

function headerLines(scene: StatusScene, terminal: Screen): string[] {
  const { rig } = scene.snapshot;
  const { columns, theme } = terminal;
  if (scene.stale !== null) {
    const start = rig.scheduled ?? null;
    const words = [
      ...wrap(`${clean(rig.name, 64)} · ${scene.stale}`, columns - 2),
      cut(lastKnown(rig), columns - 2),
      ...(start === null ? [] : wrap(sayScheduledAlone(start, scene.now.wallMs), columns - 2)),
    ];
    return words.map((line) => ` ${line}`);
  }
  const arming = sayArming(scene.snapshot, scene.now.wallMs);
  const more = [...(arming === null ? [] : [arming]), machineWords(scene.snapshot)];
  return [
    ...firstLines(scene, { columns, theme }),
    ...more.flatMap((words) => wrap(words, columns - 2)).map((line) => ` ${line}`),
  ];
}

/** The name and how the rig is, on one line where at least the trial's number fits there: of a clock no part is left out. */
function firstLines(scene: StatusScene, { columns, theme }: Screen): string[] {
  const { snapshot } = scene;
  const badge = rigBadge(snapshot);
  const whole = clean(snapshot.rig.name, 64);
  const name = cut(whole, Math.floor(columns / 2));
  const room = columns - 2 - widthOf(name) - 2;
  const words = `${glyphOf(badge.look, theme)} ${rigWords(scene, badge)}`;
  const label = words.indexOf(' "');
  if (widthOf(label === -1 ? words : words.slice(0, label)) <= room)
    return [` ${name}  ${painted(cut(words, room), badge.look, theme)}`];
  return [
    ` ${cut(whole, columns - 2)}`,
    ...wrap(words, columns - 2).map((line) => ` ${painted(line, badge.look, theme)}`),
  ];
}

function lastKnown({ status, state, trial }: RigRecord): string {
  const how = state === 'idle' || state === status ? status : `${state}, ${status}`;
  return `last known: ${how}${trial === null ? '' : ` · ${sayTrial(trial)}`}`;
}

// As with a module's own badge, and who is waited for.
function rigWords({ snapshot, now }: StatusScene, badge: Badge): string {
  const { state, trial, waitingFor } = snapshot.rig;
  const clock = sayRecorded(snapshot.rig, now.monoMs);
  const ran = clock === null ? '' : ` ${clock}`;
  const isEnding = state === 'stopping' && waitingFor.length > 0;
  const waits = isEnding ? ` waits for ${clean(waitingFor.join(', '))}` : '';
  const what = trial === null ? '' : ` · ${sayTrial(trial)}`;
  return `${badge.text}${ran}${waits}${what}${startWords(snapshot, now.wallMs)}`;
}

function startWords({ rig: { scheduled, trial } }: Snapshot, nowMs: number): string {
  // A daemon of an earlier version does not say it.
  if (scheduled == null) return '';
  return ` · ${trial === null ? '' : 'the next '}${sayScheduled(scheduled, nowMs)}`;
}

function machineWords({ rig, host, groups }: Snapshot): string {
  const names = Object.keys(groups);
  const ofGroups =
    names.length > 1 ? names.map((name) => clean(`${name}: ${groups[name]?.status}`, 80)) : [];
  return [saySession(rig.session), ...sayHost(host, 'full'), ...ofGroups].join(' · ');
}

function problemLines(scene: StatusScene, columns: number): string[] {
  const { rig, modules } = scene.snapshot;
  const all: { name: string | null; problem: Problem }[] = [
    ...rig.problems.map((problem) => ({ name: null, problem })),
    ...Object.entries(modules).flatMap(([name, { problem }]) =>
      problem === null ? [] : [{ name, problem }],
    ),
  ];
  const rank = ({ name, problem }: (typeof all)[number]) =>
    rankOfProblem(problem, name === null || modules[name]?.required !== false);
  all.sort((a, b) => rank(a) - rank(b));
  const paragraphs = [
    ...pressWords(scene),
    ...all.map(({ name, problem }) => sayProblem(name, problem)),
  ].map((words) => paragraph(words, columns));
  return paragraphs.length === 0 ? [] : ['', ...paragraphs.flat()];
}

/** Why a press does nothing: no problem of the rig, but one of whoever presses. */
function pressWords({ snapshot: { gpio }, now: { monoMs }, stale }: StatusScene): string[] {
  if (stale !== null) return [];
  const said = sayTest(gpio, monoMs) ?? sayRefusedPress(gpio.refused, monoMs);
  return said === null
    ? []
    : [[said.what, ...(said.remedy ? [toType(said.remedy)] : [])].join(' ')];
}

function paragraph(words: string, columns: number): string[] {
  return wrap(words, columns - 4).map((line, at) => (at === 0 ? ` ! ${line}` : `   ${line}`));
}
