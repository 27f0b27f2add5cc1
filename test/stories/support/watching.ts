import { readdirSync } from 'node:fs';
import { manifestOf, sessions } from './recorded.ts';
import type { StoryRig } from './rig.ts';

export type Watching = { end(): { readonly looks: number; readonly faults: readonly string[] } };

const lookMs = 40;

/** Looks again and again at what must hold at every moment: never two copies of a module, never an invalid session.json. */
export function watchOver(rig: StoryRig): Watching {
  const faults = new Set<string>();
  let looks = 0;
  const timer = setInterval(() => {
    looks += 1;
    for (const fault of [...doubles(rig), ...invalid(rig)]) faults.add(fault);
  }, lookMs);
  return {
    end: () => {
      clearInterval(timer);
      return { looks, faults: [...faults] };
    },
  };
}

function doubles(rig: StoryRig): string[] {
  const living = rig.processes().filter(({ kind }) => kind === 'module');
  const names = living.map(({ module }) => module);
  return living
    .filter(({ module }, index) => names.indexOf(module) !== index)
    .map(({ module }) => `there are two of ${module}`);
}

function invalid(rig: StoryRig): string[] {
  return sessions(rig.recordings).flatMap((session) => {
    // A folder that was made a moment ago: the manifest is the first file that it gets.
    if (readdirSync(session).every((name) => /^session\.json\../.test(name))) return [];
    try {
      manifestOf(session);
      return [];
    } catch (error) {
      return [`${session}: ${String(error)}`];
    }
  });
}
