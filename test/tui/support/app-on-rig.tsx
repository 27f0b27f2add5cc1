import { render } from 'ink-testing-library';
import { expect, onTestFinished } from 'vitest';
import type { Intent } from '../../../src/protocol/intent.ts';
import type { Preflight } from '../../../src/protocol/preflight.ts';
import type { RemoteRig, RemoteView, Verdict } from '../../../src/protocol/rig.ts';
import { App } from '../../../src/tui/app.tsx';
import { calm } from '../../../src/tui/calm.ts';
import type { Mouse } from '../../../src/tui/mouse.ts';
import type { MouseEvent } from '../../../src/tui/mouse-reader.ts';
import { ago, monoNoon, noon } from './rig-view.ts';
import { aDetail, sampleSessions } from './sample-sessions.ts';

const aPreflight: Preflight = {
  version: 1,
  at: ago(2),
  verdict: 'blocked',
  checks: [
    { about: 'clock', level: 'ok', message: 'the clock is right', remedy: null },
    { about: 'cam', level: 'blocker', message: 'cam is crashed', remedy: 'look at its log' },
  ],
};
const lastChange = {
  type: 'change',
  at: ago(1),
  epoch: 'e1',
  seq: 8,
  what: ['rig wished recording -> idle'],
} as const;
const clocks = { nowMs: () => noon, monoMs: () => monoNoon };

/** What no screen but a kiosk asks of a rig, and nobody here waits for. */
const noMore = { checkPin: async () => true, close: () => undefined };

type LastChange = { readonly cause: string; readonly modules: readonly string[] };
/** What no test of the whole app changes. */
const still = {
  followLog: () => () => undefined,
  preflight: async () => aPreflight,
  module: async () => aDetail,
};

function aMouse() {
  const pointers = new Set<(event: MouseEvent) => void>();
  const mouse: Mouse = {
    turn: () => undefined,
    listen: (listener) => {
      pointers.add(listener);
      return () => pointers.delete(listener);
    },
  };
  /** What the mouse did; false while it is not ours. */
  const point = (event: MouseEvent) => {
    for (const tell of pointers) tell(event);
    return pointers.size > 0;
  };
  return { mouse, point };
}

/** The app on a rig in memory; `verdict` is what every intent is answered with. */
export function show(
  first: RemoteView,
  verdict: () => Promise<Verdict>,
  { actor = 'pi@pts/2 via ssh', leaving = null }: { actor?: string; leaving?: string | null } = {},
) {
  let view = first;
  const listeners = new Set<() => void>();
  const intents: Intent[] = [];
  const copied: string[] = [];
  const tookBack: string[] = [];
  const { mouse, point } = aMouse();
  const sessions = sampleSessions();
  const presses: (readonly [line: string, holdMs: number])[] = [];
  let last: LastChange = { cause: 'record.stop', modules: [] };
  const rig: RemoteRig = {
    ...still,
    view: () => view,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    submit: (intent) => {
      intents.push(intent);
      return verdict();
    },
    readLog: async () => ['one Error', 'two', 'three error', 'four'],
    history: async () => [{ ...lastChange, actor, ...last }],
    press: async (line, holdMs) => {
      presses.push([line, holdMs]);
      return null;
    },
    sessions,
    ...noMore,
  };
  let frame = '';
  const screen = render(
    <App
      rig={rig}
      calm={calm(rig, () => performance.now())}
      clocks={clocks}
      size={{ columns: 100, rows: 24 }}
      theme={{ colours: 'plain', ascii: false }}
      leaving={leaving}
      draw={(lines) => {
        frame = lines.map((line) => line.trimEnd()).join('\n');
      }}
      mouse={mouse}
      copy={(text) => copied.push(text)}
      tookBack={(words) => tookBack.push(words)}
      redraw={() => undefined}
      suspend={() => undefined}
    />,
  );
  onTestFinished(screen.unmount);
  return {
    ...screen,
    lastFrame: () => frame,
    intents,
    copied,
    tookBack,
    point,
    presses,
    verified: sessions.verified,
    isLeft: () => listeners.size === 0,
    change: (next: RemoteView) => {
      view = next;
      for (const listener of listeners) listener();
    },
    /** What the history says of the newest change, besides who made it. */
    tell: (next: typeof last) => {
      last = next;
    },
  };
}

/** What was asked is done. */
export const done = async (): Promise<Verdict> => ({ ok: true, outcome: 'done', seq: 8 });

/** Types until Ink listens, which it does a moment after the first frame. */
export async function typeUntil(screen: ReturnType<typeof show>, key: string, seen: () => boolean) {
  await expect
    .poll(() => {
      if (!seen()) screen.stdin.write(key);
      return seen();
    })
    .toBe(true);
}

/** The app that takes keys already, and has asked for nothing. */
export async function listening(...on: Parameters<typeof show>) {
  const screen = show(...on);
  await typeUntil(screen, '?', () => screen.lastFrame().includes('type to search'));
  screen.stdin.write('\u001b');
  await expect.poll(screen.lastFrame).toContain('MODULE');
  return screen;
}
