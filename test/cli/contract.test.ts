import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import type { Ended } from '../support/program.ts';

const modules = {
  mic: { use: 'demo-sensor', options: { rate: 50 } },
  spare: { use: 'demo-sensor', enabled: false, required: false },
};

type Step = readonly [words: string, code: number, stdout?: RegExp];

/** Types one command after the other; each ends as it shall, and says so on the right side. */
async function types(rig: StoryRig, steps: readonly Step[]): Promise<void> {
  for (const [words, code, stdout = /^/] of steps) {
    const ended = await rig.run(...words.split(' ').filter((word) => word !== ''));
    expect({ words, ...ended }).toMatchObject({ code, stdout: expect.stringMatching(stdout) });
    expectErrors(words, ended);
  }
}

/** Errors are one line in words on stderr; what was done or is only false says nothing there. */
function expectErrors(words: string, { code, stderr }: Ended): void {
  const isError = ![0, 7, 8].includes(code);
  if (!isError) return;
  expect(stderr, words).toMatch(/^rigdeck: [^\n]+\n$/);
}

const json = (ended: Ended) => JSON.parse(ended.stdout);

const looking: readonly Step[] = [
  ['up', 0, /^story is up/],
  ['up', 0, /runs already/],
  ['', 0, /mic +● IDLE/],
  ['status', 0, /mic +● IDLE/],
  ['is up', 0, /^$/],
  ['is ready', 0, /^$/],
  ['is idle', 0, /^$/],
  ['is ok', 0, /^$/],
  ['is recording', 8, /^$/],
  ['is degraded', 8, /^$/],
  ['is mic:idle', 0, /^$/],
  ['is mic:recording', 8, /^$/],
  ['is nobody:idle', 4],
  ['is mic:flying', 2],
  ['is', 2],
  ['wait idle --timeout 10', 0],
  ['wait recording --timeout 200ms', 6],
  ['wait recording', 2],
];

const wishing: readonly Step[] = [
  ['enable spare --wait 20s', 0],
  ['restart spare --wait 20', 0],
  ['retry spare', 0],
  ['disable spare --wait 20', 0],
  ['enable spare --wait 1ms', 6],
  ['is spare:disabled', 0],
  ['restart spare', 5],
  ['enable nobody', 4],
  ['enable', 2],
  ['retry --all', 0],
  ['mark', 5],
  ['record pause', 5],
  ['record stop', 0],
];

const recording: readonly Step[] = [
  ['session start pilot', 0, /0001/],
  ['mark between trials', 0],
  ['record start --label maze', 0, /trial 1/],
  ['record start', 0],
  ['is recording', 0],
  ['record stop', 5],
  ['record toggle', 5],
  ['down', 5],
  ['session end', 5],
  ['record pause', 0, /paused/],
  ['is recording', 8],
  ['record resume', 0, /recording/],
  ['mark door opened', 0, /door opened/],
  ['record stop --yes', 0, /stopped: trial 1/],
  ['record toggle', 0, /trial 2/],
  ['record toggle --yes', 0, /stopped: trial 2/],
  ['record start --at +1s', 0, /trial 3/],
  ['record stop --yes --no-wait', 0],
  ['wait idle --timeout 20', 0],
  ['record start --at yesterday', 2],
  ['session end', 0],
];

const reading: readonly Step[] = [
  ['logs mic', 0],
  ['logs mic -n 1', 0],
  ['logs nobody', 4],
  ['history', 0, /asked to start recording: done/],
  ['history mic --since 10m -n 5', 0, /mic/],
  ['history nobody', 4],
  ['history --since yore', 2],
  ['sessions', 0, /^0001 /],
  ['sessions list', 0, /^0001 /],
  ['sessions show', 0, /door opened/],
  ['sessions show 0001', 0, /door opened/],
  ['sessions show 9', 4],
  ['sessions verify 1', 0],
  ['sessions verify 9', 4],
  ['module', 0, /demo-sensor/],
  ['module list', 0, /demo-sensor/],
  ['config', 0],
  ['config check', 0, /is in order: .*\nnot checked here: `options`/],
  ['config show', 0, /story/],
  ['config schema', 0, /"\$schema"/],
  ['fly', 2],
  ['status --fly', 2],
  ['record', 2],
  ['log-level debug', 0],
  ['log-level mic loud', 2],
  ['down', 0, /is down/],
];

/** The machine that this runs on may be busy: each step is a process of its own. */
const patient = { timeout: 240_000 };

story('looking and wishing end with the codes of the contract', patient, async ({ makeRig }) => {
  const rig = await makeRig({ modules });
  await types(rig, [...looking, ...wishing, ['down', 0, /is down/]]);
});

story(
  'a day of recording, and what is read of it, end with the codes of the contract',
  patient,
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await types(rig, [['up', 0], ...recording, ...reading]);
  },
);

story(
  'without a daemon each command ends with 3 at once, and what needs none goes on',
  patient,
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await types(rig, [
      ['', 3],
      ['status', 3],
      ['is up', 8, /^$/],
      ['is ok', 3],
      ['is mic:idle', 3],
      ['is mic:flying', 2],
      ['enable mic', 3],
      ['record start', 3],
      ['record stop', 3],
      ['session end', 3],
      ['mark x', 3],
      ['history', 3],
      ['watch', 3],
      ['down', 3],
      ['logs mic', 4],
      ['sessions', 0],
      ['sessions show', 4],
      ['module', 0],
      ['config', 0],
      ['--config /nowhere/rig.yaml up', 2],
      [`--run-dir /tmp/${'d'.repeat(110)} status`, 3],
      [`--run-dir /tmp/${'d'.repeat(110)} up`, 1],
    ]);
  },
);

story(
  'with --json results are documents on stdout and errors one object on stderr',
  patient,
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    const run = (words: string) => rig.run(...words.split(' '), '--json');
    const failure = async (words: string, code: number) => {
      const { stderr, ...ended } = await run(words);
      expect({ words, code: ended.code }).toEqual({ words, code });
      expect(JSON.parse(stderr)).toEqual({
        error: { code: expect.any(String), message: expect.any(String), remedy: expect.anything() },
      });
    };
    await failure('status', 3);
    await failure('record start', 3);
    expect(json(await run('up'))).toMatchObject({ version: 1 });
    expect(json(await run('status'))).toMatchObject({ version: 1, rig: { name: 'story' } });
    expect(json(await run('enable spare --wait 20'))).toMatchObject({ version: 1 });
    expect(json(await run('record start'))).toMatchObject({ version: 1, outcome: 'done' });
    expect(json(await run('mark x'))).toMatchObject({ version: 1 });
    await failure('record stop', 5);
    await failure('down', 5);
    expect(json(await run('record stop --yes'))).toMatchObject({
      version: 1,
      stopped: { number: 1, outcome: 'complete' },
    });
    await failure('restart nobody', 4);
    await failure('fly', 2);
    await failure('is mic:flying', 2);
    expect(json(await run('history'))).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'intent', kind: 'record.start' })]),
    );
    expect(json(await run('sessions list'))).toMatchObject([{ id: '0001', trials: 1 }]);
    expect(json(await run('sessions show'))).toMatchObject({ version: 1, session: { id: '0001' } });
    expect(json(await run('sessions verify'))).toMatchObject({ version: 1, ok: true });
    for (const words of ['logs mic', 'module list', 'config check', 'config show', 'is up']) {
      expect({ words, document: json(await run(words)) }).toMatchObject({
        document: { version: 1 },
      });
    }
    expect(json(await run('down'))).toMatchObject({ version: 1, stopped: true });
  },
);

story('flags go before the environment', async ({ makeRig }) => {
  const rig = await makeRig({ modules });
  const other = join(rig.folder, 'other');
  const flags = ['--run-dir', other, '--state-dir', join(rig.folder, 'state-2')];
  expect((await rig.run(...flags, 'up')).code).toBe(0);
  expect((await rig.run('is', 'up')).code).toBe(8);
  expect((await rig.run(...flags, 'is', 'up')).code).toBe(0);
  expect((await rig.run(...flags, 'down')).code).toBe(0);
  expect(JSON.parse(readFileSync(join(other, 'status.json'), 'utf8'))).toMatchObject({
    stopped: true,
  });
});
