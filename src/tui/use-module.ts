import { useEffect } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import type { TrialDetail } from '../protocol/sessions.ts';
import { nameOf } from './screens/session.ts';
import type { Screen } from './view/screens.ts';
import type { ViewAction } from './view/view-state.ts';

/** Asks how a module is set up: when its page is opened, and again when it is started anew or rig.yaml is another. */
export function useModule(
  rig: RemoteRig,
  screen: Screen,
  { snapshot, link }: RemoteView,
  dispatch: (action: ViewAction) => void,
): void {
  const isLive = link.state === 'live';
  const module = screen.kind === 'module' ? screen.module : null;
  const run = module === null ? null : snapshot?.modules[module]?.run;
  const changed = snapshot?.rig.problems.find(({ code }) => code === 'config-changed')?.message;
  const version = `${snapshot?.epoch} ${run} ${changed}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run or another rig.yaml is what makes it ask again
  useEffect(() => {
    if (module === null || !isLive) return;
    let isOver = false;
    rig.module(module).then(
      (detail) => {
        if (!isOver) dispatch({ type: 'module-detail', module, detail });
      },
      // An older daemon does not know the question; the rest of the page says enough.
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [rig, module, version, isLive, dispatch]);
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
  const version = `${trial?.segment} ${record?.phase} ${record?.evidence.files} ${record?.run}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another segment, run or count of files is what makes it ask again
  useEffect(() => {
    if (module === null) return;
    let isOver = false;
    const tell = (files: readonly string[]) => {
      if (!isOver) dispatch({ type: 'module-writes', module, files });
    };
    if (open === null) tell([]);
    else {
      rig.sessions.show(open).then(
        ({ trials }) =>
          tell(
            writtenBy(
              module,
              trials.find((one) => one.number === number),
            ),
          ),
        () => tell([]),
      );
    }
    return () => {
      isOver = true;
    };
  }, [rig, module, open, number, version, dispatch]);
}

function writtenBy(module: string, trial: TrialDetail | undefined): string[] {
  const own = trial?.files.filter((file) => file.module === module && file.verdict === 'open');
  const newest = Math.max(0, ...(own ?? []).map(({ segment }) => segment));
  return (own ?? []).filter(({ segment }) => segment === newest).map(nameOf);
}
