import { useEffect } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
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
