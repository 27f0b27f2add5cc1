import { expect, test } from 'vitest';
import type { Verdict } from '../../src/protocol/rig.ts';
import { begun, type CoreRig, ready, recording } from './support/core-rig.ts';

type Asked = ReturnType<CoreRig['ask']>;

function refusalOf({ verdict }: Asked) {
  if (verdict === null || verdict.ok) throw new Error(`it was not refused: ${words(verdict)}`);
  return verdict.refusal;
}

function words(verdict: Pick<Verdict, 'ok'> | null): string {
  return JSON.stringify(verdict);
}

test('a refused start gives each module its own words and its own remedy', () => {
  const rig = ready({ modules: { mic: {}, cam: {}, gps: {} } });
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared();
  rig.saysArmed('mic');
  rig.reports('cam', 'no camera at /dev/video9', true, 'plug it in');
  rig.pass(10_000);
  for (const name of ['mic', 'cam', 'gps']) rig.saysIdle(name);
  expect(refusalOf(asked)).toEqual({
    reason: 'not-armed',
    message:
      'Nothing is recorded: cam and gps are not ready to record. cam: no camera at /dev/video9. ' +
      'gps did not open its device and files within 10 s.',
    remedy:
      'cam: plug it in. gps: See what it does: rigdeck logs gps. Slow devices need a longer armTimeout. ' +
      'To record without them: rigdeck disable cam gps, or set required: false or onMissingModule: start-without in rig.yaml.',
  });
});

test('a start that one module prevents says what that module says to do', () => {
  const rig = ready({ modules: { mic: {}, cam: {} } });
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared();
  rig.saysArmed('mic');
  rig.reports('cam', 'no camera at /dev/video9', false, 'plug it in');
  for (const name of ['mic', 'cam']) rig.saysIdle(name);
  expect(refusalOf(asked).message).toBe(
    'Nothing is recorded: cam is not ready to record. cam: no camera at /dev/video9.',
  );
  expect(refusalOf(asked).remedy).toMatch(
    /^plug it in\. To record without it: rigdeck disable cam/,
  );
});

test('what a module talks too much of is not why it did not arm', () => {
  const rig = ready({ modules: { cam: {} } });
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared();
  rig.reports('cam', 'no camera', false, null);
  const fault = { code: 'flood', message: 'cam prints too much.', remedy: null } as const;
  rig.input({ type: 'problem', module: 'cam', fault });
  rig.saysIdle('cam');
  expect(refusalOf(asked).message).toContain('cam: no camera.');
});

test('a module that nothing is wrong with is told of by what it does', () => {
  const rig = begun({ modules: { mic: {}, cam: { startMs: 60_000 } } });
  rig.spawned('mic');
  rig.saysReady('mic');
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(10_000);
  rig.saysIdle('mic');
  expect(refusalOf(asked).message).toContain('cam is still starting.');
});

test('a start that nobody confirms says what each of them did', () => {
  const rig = ready({ modules: { mic: {}, cam: {} } });
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared();
  for (const name of ['mic', 'cam']) rig.saysArmed(name);
  rig.pass(110);
  rig.exits('mic', { signal: 'SIGSEGV' });
  rig.pass(10_000);
  for (const name of ['cam']) rig.saysIdle(name);
  expect(refusalOf(asked).message).toMatch(
    /no module confirmed that it records\. mic was ended by SIGSEGV.* cam did not confirm within 10 s/,
  );
});

test('a start without evidence names who lacks it, and what is wrong with them', () => {
  const rig = recording({ modules: { mic: {}, cam: {} } });
  rig.stop(['mic', 'cam']);
  rig.forget();
  const asked = rig.ask({ kind: 'record.start', waitMs: 60_000 });
  rig.prepared(2);
  for (const name of ['mic', 'cam']) rig.saysArmed(name);
  rig.pass(110);
  for (const name of ['mic', 'cam']) rig.saysRecording(name);
  rig.pass(5_000);
  expect(words(asked.verdict)).toContain('no evidence yet that mic and cam record');
});

test('a label that somebody wishes while another trial goes on is not dropped in silence', () => {
  const rig = ready({ modules: { mic: {} } });
  const first = rig.ask({ kind: 'record.start', label: 'frogs' });
  expect(first.verdict).toMatchObject({ ok: true });
  const early = rig.ask({ kind: 'record.start', label: 'toads' });
  expect(refusalOf(early).message).toBe(
    'A start "frogs" is under way already: the label "toads" was not taken.',
  );
  rig.prepared(1);
  rig.saysArmed('mic');
  rig.pass(110);
  rig.saysRecording('mic');
  const refused = {
    reason: 'recording',
    message: 'Trial 1 "frogs" is being recorded already: the label "toads" was not taken.',
    remedy:
      'For a trial of its own: rigdeck record stop, then start again. For words in this one: rigdeck mark.',
  };
  expect(refusalOf(rig.ask({ kind: 'record.start', label: 'toads' }))).toEqual(refused);
  for (const label of ['frogs', null]) {
    const again = rig.ask({ kind: 'record.start', label });
    expect(again.verdict).toMatchObject({ ok: true, outcome: 'unchanged' });
  }
});

test('a wait that somebody else ended says where it stands who that was', () => {
  const rig = ready({ modules: { mic: {}, cam: { desired: 'off' } } });
  const enabled = rig.ask({ kind: 'module.enable', module: 'cam', waitMs: 60_000 });
  rig.ask({ kind: 'module.disable', module: 'cam' });
  expect(refusalOf(enabled)).toMatchObject({
    reason: 'called-off',
    remedy: 'Who it was: rigdeck history cam',
  });
  rig.input({ type: 'close', step: 'refuse-intents' });
  expect(refusalOf(rig.ask({ kind: 'module.restart', module: 'mic' }))).toEqual({
    reason: 'shutting-down',
    message: 'Rigdeck is being stopped.',
    remedy: 'Start it again then: rigdeck up',
  });
});
