import type { Look } from '../protocol/badge.ts';
import { looks } from '../protocol/badge.ts';
import type { Problem } from '../protocol/problem.ts';
import { sanitize } from '../protocol/sanitize.ts';
import type { RigRecord, Snapshot } from '../protocol/snapshot.ts';
import { sayDuration, saySize, sayStopwatch } from '../protocol/units.ts';
import type { Screen, StatusScene } from './status-rows.ts';
import { glyph, moduleLines } from './status-rows.ts';
import { dim, paint, toAscii } from './terminal.ts';
import { clip, widthOf, wrap } from './width.ts';

/** The status in lines that fit the terminal: the rig, the machine, one row a module, and what is wrong with what to do. */
export function statusLines(scene: StatusScene, terminal: Screen): string[] {
  const columns = Math.max(20, terminal.columns);
  const lines = [
    ...headerLines(scene, { ...terminal, columns }),
    ...moduleLines(scene, { ...terminal, columns }),
    ...problemLines(scene.snapshot, columns),
  ];
  const faded = scene.stale === null ? lines : lines.map((line) => dim(line, terminal.colours));
  return terminal.unicode ? faded : faded.map(toAscii);
}

function headerLines(scene: StatusScene, terminal: Screen): string[] {
  const { rig } = scene.snapshot;
  const { columns } = terminal;
  if (scene.stale !== null) {
    const lines = wrap(`${rig.name} · ${scene.stale}`, columns - 2).map((line) => ` ${line}`);
    return [...lines, ` ${clip(lastKnown(rig), columns - 2)}`];
  }
  const badge = rigBadge(rig, scene);
  const trial = rig.trial === null ? '' : ` · ${sayTrial(rig.trial)}`;
  const room = columns - 2 - widthOf(rig.name) - 2;
  const words = clip(`${glyph(badge.look, terminal)} ${badge.text}${trial}`, room);
  const first = ` ${rig.name}  ${paint(words, badge.look, terminal.colours)}`;
  return [first, ...wrap(machineWords(scene.snapshot), columns - 2).map((line) => ` ${line}`)];
}

function lastKnown({ status, trial }: RigRecord): string {
  return `last known: ${status}${trial === null ? '' : ` · ${sayTrial(trial)}`}`;
}

function sayTrial(trial: NonNullable<RigRecord['trial']>): string {
  return `trial ${trial.number}${trial.label === null ? '' : ` "${sanitize(trial.label)}"`}`;
}

function rigBadge(rig: RigRecord, scene: StatusScene): { look: Look; text: string } {
  const look = rigLooks[rig.status];
  const ran = rig.trial === null ? '' : ` ${runTime(rig.trial.startedMonoMs, scene)}`;
  if (rig.status === 'recording') {
    const proven = Object.values(scene.snapshot.modules).every(({ phase }) => phase !== 'proving');
    return { look, text: `${proven ? 'REC' : 'REC ...'}${ran}` };
  }
  if (rig.status === 'paused') return { look, text: `PAUSED${ran}` };
  if (rig.status === 'arming' || rig.status === 'stopping') {
    const waits = rig.waitingFor.length === 0 ? '' : ` waits for ${rig.waitingFor.join(', ')}`;
    return { look, text: `${rig.status.toUpperCase()}${waits}` };
  }
  const word = rig.status.toUpperCase();
  return { look, text: rig.state === 'recording' ? `${word} · REC${ran}` : word };
}

const rigLooks: Readonly<Record<RigRecord['status'], Look>> = {
  off: looks.disabled,
  idle: looks.idle,
  starting: looks.starting,
  arming: looks.starting,
  recording: looks.recording,
  paused: looks.paused,
  stopping: looks.stopping,
  degraded: looks.error,
  error: looks.error,
};

function runTime(startedMonoMs: number, { now }: StatusScene): string {
  return sayStopwatch(now.monoMs - startedMonoMs);
}

/** A disk that is full in half a year is no news. */
const longestToldS = 30 * 86_400;

function machineWords({ rig, host, groups }: Snapshot): string {
  const { storage, clock, power } = host;
  const { secondsToFull } = storage;
  const tells = secondsToFull !== null && secondsToFull < longestToldS;
  const left = tells ? ` ≈ ${sayDuration(secondsToFull * 1_000)}` : '';
  const words = [
    rig.session === null
      ? 'no session open'
      : `session ${rig.session.id} ${sanitize(rig.session.name)}`,
    storage.freeBytes === null ? 'free space unknown' : `${saySize(storage.freeBytes)} free${left}`,
    clockWords(clock),
    ...(host.temperatureC === null ? [] : [`${Math.round(host.temperatureC)} °C`]),
    ...(power.ok === null ? [] : [power.words]),
  ];
  const names = Object.keys(groups);
  if (names.length > 1) words.push(...names.map((name) => `${name}: ${groups[name]?.status}`));
  return words.join(' · ');
}

function clockWords({ synchronized, offsetMs }: Snapshot['host']['clock']): string {
  if (synchronized === null) return 'clock unknown';
  if (!synchronized) return 'clock not synchronized';
  return offsetMs === null ? 'clock ok' : `clock ±${Math.abs(Math.round(offsetMs))} ms`;
}

function problemLines({ rig, modules }: Snapshot, columns: number): string[] {
  const all = [
    ...rig.problems.map((problem) => ({ name: null, problem })),
    ...Object.entries(modules).flatMap(([name, { problem }]) =>
      problem === null ? [] : [{ name, problem }],
    ),
  ];
  if (all.length === 0) return [];
  return ['', ...all.flatMap(({ name, problem }) => problemParagraph(name, problem, columns))];
}

function problemParagraph(name: string | null, problem: Problem, columns: number): string[] {
  const of = name === null || problem.message.startsWith(name) ? '' : `${name}: `;
  const text = `${of}${problem.message}${/[.?!]$/.test(problem.message) ? '' : '.'} ${problem.remedy ?? ''}`;
  return wrap(sanitize(text.trim(), 1_000), columns - 4).map((line, at) =>
    at === 0 ? ` ! ${line}` : `   ${line}`,
  );
}
