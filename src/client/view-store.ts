import type { RemoteView } from '../protocol/rig.ts';

export type ViewStore = {
  view(): RemoteView;
  set(news: Partial<RemoteView>): void;
  subscribe(listener: () => void): () => void;
};

/** @param fault is given what a listener throws */
export function createViewStore(fault: (error: unknown) => void): ViewStore {
  const listeners = new Set<() => void>();
  let view: RemoteView = {
    snapshot: null,
    telemetry: null,
    rates: {},
    link: { state: 'connecting' },
  };
  return {
    view: () => view,
    set: (news) => {
      view = { ...view, ...news };
      tellAll(listeners, (listener) => listener(), fault);
    },
    subscribe: (listener) => {
      const own = () => listener(); // one function subscribed twice is two subscriptions
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}

/** Tells each of those who listened when it began. One that throws, or removes itself or another, harms nobody. */
export function tellAll<L>(
  listeners: Iterable<L>,
  tell: (listener: L) => void,
  fault: (error: unknown) => void,
): void {
  for (const listener of [...listeners]) {
    try {
      tell(listener);
    } catch (error) {
      fault(error);
    }
  }
}
