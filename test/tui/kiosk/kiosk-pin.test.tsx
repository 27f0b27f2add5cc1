import { render } from 'ink-testing-library';
import { afterEach, describe, expect, test } from 'vitest';
import type { Intent } from '../../../src/protocol/intent.ts';
import type { RemoteRig } from '../../../src/protocol/rig.ts';
import { calm } from '../../../src/tui/calm.ts';
import { Kiosk } from '../../../src/tui/kiosk/kiosk.tsx';
import { aModule, aSnapshot, aView, monoNoon, noon, recordingRig } from '../support/rig-view.ts';
import { sampleSessions } from '../support/sample-sessions.ts';

const patient = { timeout: 8_000, interval: 20 };
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const records = aView({
  ...aSnapshot({ rig: recordingRig, modules: { mic: aModule({ state: 'recording' }) } }),
  kiosk: { dim: null, moveMs: 0, pin: true },
});
const never = async () => Promise.reject(new Error('nobody asks that of a kiosk'));

/** A kiosk with `--control` on a recording rig in memory that wants a PIN, with clocks and judgement in the hands of the test. */
function show() {
  const clock = { nowMs: noon, monoMs: monoNoon };
  const intents: Intent[] = [];
  const judged: ((isRight: boolean) => Promise<void>)[] = [];
  const rig: RemoteRig = {
    view: () => records,
    subscribe: () => () => undefined,
    submit: async (intent) => {
      intents.push(intent);
      return { ok: true, outcome: 'done', seq: 8 };
    },
    checkPin: () => {
      const answer = new Promise<boolean>((resolve) => {
        judged.push(async (isRight) => {
          resolve(isRight);
          // The kiosk, which has waited for longer, has it when this goes on.
          await answer;
        });
      });
      return answer;
    },
    history: async () => [],
    sessions: sampleSessions(),
    readLog: never,
    followLog: () => () => undefined,
    preflight: never,
    module: never,
    press: async () => null,
    close: () => undefined,
  };
  let frame = '';
  const screen = render(
    <Kiosk
      rig={rig}
      calm={calm(rig, () => performance.now())}
      clocks={{ nowMs: () => clock.nowMs, monoMs: () => clock.monoMs }}
      size={{ columns: 80, rows: 24 }}
      theme={{ colours: 'plain', ascii: false }}
      control={true}
      ownPin={null}
      draw={(lines) => {
        frame = lines.map((line) => line.trimEnd()).join('\n');
      }}
    />,
  );
  ends.push(screen.unmount);
  const kinds = () => intents.map(({ kind }) => kind);
  return { type: screen.stdin.write, frame: () => frame, clock, intents, judged, kinds };
}

type Shown = ReturnType<typeof show>;

/** A kiosk that listens, which it does a moment after its first frame. */
async function listening(): Promise<Shown> {
  const kiosk = show();
  await expect
    .poll(() => {
      kiosk.type('q');
      return kiosk.frame();
    }, patient)
    .toContain('Its keys');
  return kiosk;
}

async function typed(kiosk: Shown, keys: string, what: RegExp): Promise<void> {
  kiosk.type(keys);
  await expect.poll(kiosk.frame, patient).toMatch(what);
}

/** Asks for a pause and answers the question for the PIN; judged it is by the test. */
async function sends(kiosk: Shown, pin: string): Promise<void> {
  const { length } = kiosk.judged;
  await typed(kiosk, 'p', /PIN/);
  await typed(kiosk, `${pin}\r`, /asking the daemon/);
  await expect.poll(() => kiosk.judged.length, patient).toBe(length + 1);
}

describe('a marker at a kiosk', () => {
  test('waits for no PIN, has the instant of its key, and promises no words', async () => {
    const kiosk = await listening();
    kiosk.clock.monoMs += 1_234;
    await typed(kiosk, 'm', / marked *$/m);
    expect(kiosk.intents).toEqual([{ kind: 'mark', atMonoMs: monoNoon + 1_234 }]);
    expect(kiosk.frame()).not.toContain('words');
  });

  test('is set also while a PIN is asked for, which goes on', async () => {
    const kiosk = await listening();
    await typed(kiosk, 'p', /PIN: _/);
    kiosk.clock.monoMs += 2_000;
    await typed(kiosk, '12m3', /PIN: \*\*\*_/);
    expect(kiosk.intents).toEqual([{ kind: 'mark', atMonoMs: monoNoon + 2_000 }]);
  });
});

describe('the PIN', () => {
  test('that is right, but judged after Esc, opens nothing', async () => {
    const kiosk = await listening();
    await sends(kiosk, '2580');
    await typed(kiosk, '\u001b', /p pause/);
    await kiosk.judged[0]?.(true);
    await sends(kiosk, '1111');
    expect(kiosk.kinds()).toEqual([]);
  });

  test('of a question that was given up does not answer the next one', async () => {
    const kiosk = await listening();
    await sends(kiosk, '2580');
    await typed(kiosk, '\u001b', /p pause/);
    await sends(kiosk, '1111');
    await kiosk.judged[0]?.(true);
    await kiosk.judged[1]?.(false);
    await expect.poll(kiosk.frame, patient).toContain('That PIN is wrong');
    expect(kiosk.kinds()).toEqual([]);
  });

  test('that is wrong counts also when it is judged after Esc', async () => {
    const kiosk = await listening();
    await sends(kiosk, '1111');
    await typed(kiosk, '\u001b', /p pause/);
    await kiosk.judged[0]?.(false);
    await typed(kiosk, 'p', /That PIN is wrong\. Again in 1 s/);
  });

  test('opens for a minute, whatever becomes of the time of day', async () => {
    const kiosk = await listening();
    await sends(kiosk, '2580');
    await kiosk.judged[0]?.(true);
    await expect.poll(kiosk.kinds, patient).toEqual(['record.pause']);
    kiosk.clock.nowMs += 3_600_000;
    kiosk.clock.monoMs += 59_000;
    kiosk.type('p');
    await expect.poll(kiosk.kinds, patient).toEqual(['record.pause', 'record.pause']);
    kiosk.clock.nowMs -= 7_200_000;
    kiosk.clock.monoMs += 1_000;
    await typed(kiosk, 'p', /PIN: _/);
    expect(kiosk.kinds()).toHaveLength(2);
  });

  test('that is wrong has to be waited for, whatever becomes of the time of day', async () => {
    const kiosk = await listening();
    await sends(kiosk, '1111');
    await kiosk.judged[0]?.(false);
    await expect.poll(kiosk.frame, patient).toContain('Again in 1 s');
    kiosk.clock.nowMs -= 3_600_000;
    kiosk.clock.monoMs += 1_000;
    await typed(kiosk, '2', /PIN: \*_/);
  });
});
