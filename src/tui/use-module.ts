import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import type { TrialDetail } from '../protocol/sessions.ts';
import { nameOf } from './screens/session.ts';
import { useAnswers } from './use-answers.ts';
import type { Screen } from './view/screens.ts';
import type { ViewAction } from './view/view-state.ts';

/** Asks how a module is set up: when its page is opened, and again when it is started anew or rig.yaml is another. */
export function useModule(
  rig: RemoteRig,
  screen: Screen,
  { snapshot, link }: RemoteView,
  dispatch: (action: ViewAction) => void,
): void {
  const module = screen.kind === 'module' && link.state === 'live' ? screen.module : null;
  const run = module === null ? null : snapshot?.modules[module]?.run;
  const changed = snapshot?.rig.problems.find(({ code }) => code === 'config-changed')?.message;
  useAnswers(
    {
      about: module,
      version: `${snapshot?.epoch} ${run} ${changed}`,
      everyMs: 0,
      ask: (asked) => rig.module(asked),
      known: (detail, asked) => ({ type: 'module-detail', module: asked, detail }),
      // An older daemon does not know the question; the rest of the page says enough.
      unknown: () => null,
    },
    dispatch,
  );
}

/** Asks which files a module writes, while it records: when it begins, is seen to write, or goes on in another segment. */
export function useWrites(
  rig: RemoteRig,
  screen: Screen,
  { snapshot, link }: RemoteView,
  dispatch: (action: ViewAction) => void,
): void {
  const module = screen.kind === 'module' && link.state === 'live' ? screen.module : null;
  const record = module === null ? undefined : snapshot?.modules[module];
  const { session = null, trial = null } = snapshot?.rig ?? {};
  const writes = record?.state === 'recording' || record?.state === 'paused';
  const open = writes && trial !== null ? (session?.id ?? null) : null;
  const number = trial?.number ?? null;
  const segment = `${open} ${number} ${trial?.segment}`;
  useAnswers(
    {
      about: module,
      version: `${segment} ${record?.phase} ${record?.evidence.files} ${record?.run}`,
      everyMs: 0,
      ask: async (asked) => {
        if (open === null) return [];
        const { trials } = await rig.sessions.show(open);
        const written = trials.find((one) => one.number === number);
        return writtenBy(asked, written);
      },
      known: (files, asked) => ({ type: 'module-writes', module: asked, files }),
      unknown: (_, asked) => ({ type: 'module-writes', module: asked, files: [] }),
    },
    dispatch,
  );
}

function writtenBy(module: string, trial: TrialDetail | undefined): string[] {
  const own = trial?.files.filter((file) => file.module === module && file.verdict === 'open');
  const newest = Math.max(0, ...(own ?? []).map(({ segment }) => segment));
  return (own ?? []).filter(({ segment }) => segment === newest).map(nameOf);
}
