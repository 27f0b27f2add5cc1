import { render } from 'ink-testing-library';
import { afterEach, expect, test } from 'vitest';
import type { Intent } from '../../src/protocol/intent.ts';
import type { RemoteRig, RemoteView, Verdict } from '../../src/protocol/rig.ts';
import { App } from '../../src/tui/app.tsx';
import { calm } from '../../src/tui/calm.ts';
import { ago, aSnapshot, aView, monoNoon, noon, recordingRig } from './support/rig-view.ts';

const clocks = { nowMs: () => noon, monoMs: () => monoNoon };
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** The app on a rig in memory; `verdict` is what every intent is answered with. */
function show(first: RemoteView, verdict: () => Promise<Verdict>, actor = 'pi@pts/2 via ssh') {
  let view = first;
  const listeners = new Set<() => void>();
  const intents: Intent[] = [];
  const rig: RemoteRig = {
    view: () => view,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    submit: (intent) => {
      intents.push(intent);
      return verdict();
    },
    readLog: async () => [],
    followLog: () => () => undefined,
    history: async () => [
      {
        type: 'change',
        at: ago(1),
        epoch: 'e1',
        seq: 8,
        actor,
        cause: 'record.stop',
        what: ['rig wished recording -> idle'],
        modules: [],
      },
    ],
    close: () => undefined,
  };
  const screen = render(
    <App
      rig={rig}
      calm={calm(rig, () => performance.now())}
      clocks={clocks}
      size={{ columns: 100, rows: 24 }}
      theme={{ colours: 'plain', ascii: false }}
      leaving={null}
    />,
  );
  ends.push(screen.unmount);
  const change = (next: RemoteView) => {
    view = next;
    for (const listener of listeners) listener();
  };
  return { ...screen, intents, change };
}

const done = async (): Promise<Verdict> => ({ ok: true, outcome: 'done', seq: 8 });

/** Types until Ink listens, which it does a moment after the first frame. */
async function typeUntil(screen: ReturnType<typeof show>, key: string, seen: () => boolean) {
  await expect
    .poll(() => {
      if (!seen()) screen.stdin.write(key);
      return seen();
    })
    .toBe(true);
}

test('a key that cannot reach the daemon says that nothing is confirmed', async () => {
  const screen = show(aView(aSnapshot()), () => Promise.reject(new Error('no daemon answers')));
  await typeUntil(screen, 'e', () => screen.intents.length > 0);
  await expect
    .poll(screen.lastFrame)
    .toContain('asked to disable mic: not confirmed, no daemon answers');
});

test('an intent carries the state that was on the screen', async () => {
  const screen = show(aView(aSnapshot({ seq: 7 })), done);
  screen.change(aView(aSnapshot({ seq: 41 })));
  await typeUntil(screen, 'r', () => screen.intents.length > 0);
  expect(screen.intents[0]).toMatchObject({ expect: { epoch: 'e1', seq: 41 } });
});

test('what somebody else did is said with their name', async () => {
  const screen = show(aView(aSnapshot({ rig: recordingRig })), done);
  await expect.poll(screen.lastFrame).toContain('trial 7');
  screen.change(aView(aSnapshot({ seq: 9 })));
  await expect.poll(screen.lastFrame).toContain('trial 7 is over (pi@pts/2 via ssh)');
});
