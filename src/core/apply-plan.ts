import type { AppliedChange, AppliedConfig } from '../protocol/applied-config.ts';
import type { Refusal } from '../protocol/problem.ts';
import { isWanted } from './ladder.ts';
import { own } from './own.ts';
import type { ConfigOffer, RigSpec } from './spec.ts';
import type { Module, Recording, RigState } from './state.ts';
import { openTrial } from './trial.ts';
import { refusal } from './turn.ts';
import { sayNames } from './words.ts';

/** Settings of the rig that the core goes by, as rig.yaml calls them, and whether a recording hangs on them. */
const settings = {
  'rig.onMissingModule': { of: 'onMissingModule', isRecorded: true },
  'rig.segment': { of: 'segmentMs', isRecorded: true },
  'rig.segmentWithGap': { of: 'segmentWithGap', isRecorded: true },
  'rig.autostart': { of: 'autostart', isRecorded: false },
} as const satisfies Record<string, { of: keyof RigSpec; isRecorded: boolean }>;

/**
 * What taking over this configuration would do now. Refused as a whole where it touches what is being recorded: nobody loses
 * a row to an edit. A module may be new at any time: it joins a running trial as one that is switched on then.
 */
export function planApply(state: RigState, offer: ConfigOffer): AppliedConfig | Refusal {
  const applied = differences(state, offer);
  const touched = [
    ...applied.changed.flatMap(({ module }) => bound(state, module, `change ${module}`)),
    ...applied.removed.flatMap((module) => bound(state, module, `remove ${module}`)),
    ...recordedSettings(state, offer.spec).map((name) => `change ${name}`),
  ];
  if (touched.length === 0) return applied;
  return refusal(
    'recording',
    `rig.yaml would ${sayNames(touched)} while that is being recorded; nothing of it was taken over.`,
    'Stop the recording first: rigdeck record stop',
  );
}

function differences(state: RigState, offer: ConfigOffer): AppliedConfig {
  const offered = Object.entries(offer.modules);
  const names = offered.map(([name]) => name);
  const staying = Object.values(state.modules).filter(({ next }) => next !== 'leaves');
  const known = new Set(staying.map(({ name }) => name));
  // One that is just leaving and is named again is another one: it begins anew.
  const added = names.filter((name) => !known.has(name));
  const changed = offered.flatMap(([module, { anew, inPlace }]): AppliedChange[] => {
    const what = [...anew, ...inPlace];
    if (!known.has(module) || what.length === 0) return [];
    return [{ module, what, startsAnew: anew.length > 0 }];
  });
  const isOther = new Set([...added, ...changed.map(({ module }) => module)]);
  return {
    file: offer.file,
    added,
    changed,
    removed: staying.flatMap(({ name }) => (names.includes(name) ? [] : [name])),
    unchanged: names.filter((name) => !isOther.has(name)),
    settings: [...otherSettings(state.spec, offer.spec), ...offer.settings],
    waiting: offer.waiting,
    wished: staying.flatMap(({ name: module, desired }) => {
      const enabled = own(offer.modules, module)?.enabled;
      return enabled === undefined || enabled === (desired === 'on') ? [] : [{ module, desired }];
    }),
  };
}

function otherSettings(before: RigSpec, after: RigSpec): string[] {
  return Object.entries(settings).flatMap(([name, { of }]) =>
    before[of] === after[of] ? [] : [name],
  );
}

function recordedSettings({ recording, spec }: RigState, offered: RigSpec): string[] {
  if (recording.name === 'idle') return [];
  const recorded = Object.entries(settings).filter(([, { isRecorded }]) => isRecorded);
  return recorded.flatMap(([name, { of }]) => (spec[of] === offered[of] ? [] : [name]));
}

function bound(state: RigState, name: string, words: string): string[] {
  const module = own(state.modules, name);
  return module !== undefined && takesPart(state.recording, module) ? [words] : [];
}

/**
 * It has something open, is to come (back) into what is recorded, or stands in its manifest. One that never came into a trial that runs, and
 * is not up, loses nothing: with other options it may yet come.
 */
function takesPart(recording: Recording, module: Module): boolean {
  const { name, life } = module;
  if (life.name === 'up' && life.take.name !== 'idle') return true;
  if (recording.name === 'idle') return false;
  const asked = 'made' in recording ? own(recording.made.asked, name) : undefined;
  const trial = openTrial(recording);
  const joined = own(trial?.joined ?? {}, name);
  const mayCome = isWanted(module) && (trial === null || life.name === 'up');
  return mayCome || asked !== undefined || joined !== undefined;
}
