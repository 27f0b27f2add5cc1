import { badgeOf } from '../protocol/badge.ts';
import { sayRefusedPress } from '../protocol/gpio-words.ts';
import { activityOf } from '../protocol/module-words.ts';
import type { RemoteView } from '../protocol/rig.ts';
import { rigBadge } from '../protocol/rig-badge.ts';
import { sayProblem, saySession, sayTrial } from '../protocol/rig-words.ts';
import { sayScheduled } from '../protocol/scheduled-words.ts';
import type { ModuleRecord, Snapshot } from '../protocol/snapshot.ts';
import { asSentence, clean } from '../protocol/text.ts';
import { toType } from '../protocol/typed-command.ts';

/** How a line is said: as it is read on a screen, or in words that a screen reader can speak. */
export type Voice = 'written' | 'spoken';

/** One thing that is told in a line of its own. Two looks at it are the same news where `key` is the same. */
type Topic = {
  readonly key: string;
  readonly line: string;
  /** What is said once it is gone; null where its end is no news. */
  readonly end: string | null;
};

/** A rig that was seen, perhaps a while ago. */
export type SeenRig = RemoteView & { readonly snapshot: Snapshot };

export type Topics = ReadonlyMap<string, Topic>;

/**
 * All that lines are told of: the line to the daemon, the rig, each module, what is wrong, the newest marker. Figures that only
 * count up or down are no news, so they are in no key.
 *
 * @param nowMs wall clock in ms
 */
export function topicsOf(view: SeenRig, voice: Voice, nowMs: number): Topics {
  const { snapshot } = view;
  const topics: [string, Topic][] = [
    ['link', linkTopic(view)],
    ['rig', rigTopic(snapshot, voice, nowMs)],
    ...Object.entries(snapshot.modules).map(([name, record]): [string, Topic] => [
      `module ${name}`,
      moduleTopic(name, record, voice, nowMs),
    ]),
    ...snapshot.rig.problems.map((problem): [string, Topic] => {
      const words = asSentence(clean(problem.message));
      return [
        `problem ${problem.code} ${words}`,
        { key: words, line: `! ${sayProblem(null, problem)}`, end: `it is over: ${words}` },
      ];
    }),
    ...testTopic(snapshot.gpio),
    ...refusedTopic(snapshot.gpio),
    ...markerTopic(snapshot),
  ];
  return new Map(
    voice === 'written' ? topics : topics.map(([name, topic]) => [name, aloud(topic)]),
  );
}

function testTopic({ testedBy }: Snapshot['gpio']): [string, Topic][] {
  if (testedBy == null) return [];
  const line = `! buttons do nothing just now: ${clean(testedBy, 64)} tests them`;
  const end = 'the test of buttons and LEDs is over';
  return [['gpio test', { key: testedBy, line, end }]];
}

function refusedTopic({ refused }: Snapshot['gpio']): [string, Topic][] {
  const said = sayRefusedPress(refused, refused?.atMs ?? 0);
  if (refused == null || said === null) return [];
  const { what, remedy } = said;
  const line = `! ${what}${remedy === null ? '' : ` ${toType(remedy)}`}`;
  return [['press', { key: String(refused.atMs), line, end: null }]];
}

/** Told when they happen; who looks for the first time was not there. */
const ofMoments: ReadonlySet<string> = new Set(['marker', 'press']);

/** What is to be told at this look that was not told at the one before: one line each. Of the first look, all but what is usual. */
export function newLines(before: Topics | null, after: Topics): string[] {
  if (before === null) {
    const first = [...after].filter(([name, { key }]) => !ofMoments.has(name) && key !== 'live');
    return first.map(([, { line }]) => line);
  }
  const gone = [...before].flatMap(([name, { end }]) =>
    after.has(name) || end === null ? [] : [end],
  );
  const news = [...after].filter(([name, { key }]) => before.get(name)?.key !== key);
  return [...gone, ...news.map(([, { line }]) => line)];
}

function linkTopic({ link, snapshot }: SeenRig): Topic {
  const end = null;
  if (link.state !== 'lost') return { key: 'live', line: 'the daemon answers again', end };
  const words = asSentence(toType(clean(link.words)));
  if (link.downBy !== undefined) {
    const line = `the rig was taken down in order by ${clean(link.downBy, 64)}: nothing of it runs. ${words}`;
    return { key: 'down', line, end };
  }
  const on = Object.values(snapshot.modules).filter(({ state }) => state === 'recording').length;
  const rest =
    on === 0
      ? 'nothing was recorded at the last look'
      : `modules record on without it: ${on} recorded at the last look`;
  const line = `daemon not answering; ${rest}. It is tried again until it answers. ${words}`;
  return { key: 'lost', line, end };
}

function rigTopic(snapshot: Snapshot, voice: Voice, nowMs: number): Topic {
  const { name, trial, session, scheduled } = snapshot.rig;
  const badge = sayBadge(rigBadge(snapshot).text, voice);
  const start = scheduled == null ? [] : [sayScheduled(scheduled, nowMs)];
  const words = [...(trial === null ? [] : [sayTrial(trial)]), saySession(session)];
  return {
    key: [badge, ...words, scheduled?.at ?? ''].join(' '),
    line: `${clean(name, 64)}: ${[badge, ...words, ...start].join(' · ')}`,
    end: null,
  };
}

function moduleTopic(name: string, record: ModuleRecord, voice: Voice, nowMs: number): Topic {
  const { problem, retryAt } = record;
  const badge = badgeOf(record, nowMs);
  // Without the figure that counts.
  const lasting = badgeOf({ ...record, evidence: { lastProgressAt: null } }, nowMs);
  const doing = activityOf(nowMs, name, record, undefined);
  const words = sayBadge(badge.text, voice);
  return {
    key: [lasting.text, problem?.code, problem?.message, retryAt === null].join(' '),
    line: `${clean(name)}: ${doing === '' ? words : `${words} · ${doing}`}`,
    end: `${clean(name)} is no module of this rig any more`,
  };
}

function markerTopic({ rig: { lastMarker } }: Snapshot): [string, Topic][] {
  if (lastMarker === null) return [];
  const { at, monoNs, text, trial, actor } = lastMarker;
  const where = trial === null ? 'a marker is set' : `trial ${trial} is marked`;
  const what = text === null ? '' : ` "${clean(text, 60)}"`;
  const line = `${where}${what} by ${clean(actor, 40)}`;
  return [['marker', { key: `${at} ${monoNs}`, line, end: null }]];
}

const spokenBadges: readonly (readonly [RegExp, string])[] = [
  [/^REC\? ?(.*)$/, 'recording in doubt, $1'],
  [/^REC \.\.\.$/, 'recording, first data awaited'],
  [/^REC ! ?(.*)$/, 'recording, but something is wrong $1'],
  [/^REC$/, 'recording'],
];

function sayBadge(text: string, voice: Voice): string {
  if (voice === 'written') return text;
  for (const [badge, words] of spokenBadges) {
    if (badge.test(text)) return text.replace(badge, words).trim().replace(/,$/, '');
  }
  return text.toLowerCase();
}

function aloud(topic: Topic): Topic {
  return { ...topic, line: speakable(topic.line), end: topic.end && speakable(topic.end) };
}

// Signs that voices leave out or spell.
function speakable(line: string): string {
  return line.replace(/^! /, 'Problem: ').replaceAll(' · ', ', ').replaceAll('≈', 'about ');
}
