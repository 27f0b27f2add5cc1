import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { canonicalJson } from '../../src/protocol/canonical.ts';
import type { Change, Snapshot } from '../../src/protocol/snapshot.ts';
import { type LineClient, lineClient } from '../daemon/serve/line-client.ts';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { until } from '../support/until.ts';

const modules = {
  mic: { use: 'demo-sensor', options: { rate: 50 } },
  cam: { use: 'demo-sensor', options: { rate: 50 }, group: 'av' },
  spare: { use: 'demo-sensor', enabled: false, required: false },
};

const control = (rig: StoryRig) => lineClient(`${rig.runDir}/control.sock`);
const view = (rig: StoryRig) => lineClient(`${rig.runDir}/view.sock`);

async function snapshotOf(client: LineClient): Promise<Snapshot> {
  return (await client.ask('state.get')).result as Snapshot;
}

/** An intent whose answer is a result. */
async function intend(client: LineClient, kind: string, more: object = {}): Promise<unknown> {
  const { result, error } = await client.ask('intent', { kind, ...more });
  if (error !== undefined) throw new Error(`${kind}: ${error.message}`);
  return result;
}

async function refusalOf(client: LineClient, kind: string, more: object = {}) {
  const { error } = await client.ask('intent', { kind, ...more });
  if (error === undefined) throw new Error(`${kind} was not refused`);
  expect(error).toMatchObject({ code: expect.any(Number), message: expect.stringMatching(/./) });
  expect(error.data).toMatchObject({ reason: expect.any(String) });
  expect(error.data).toHaveProperty('remedy');
  return (error.data as { reason: string }).reason;
}

function changesOf(client: LineClient): Change[] {
  return client.notifications('state.change').map(({ params }) => params as Change);
}

story('hello says protocol, version, epoch, seq and what the socket may', async ({ makeRig }) => {
  const rig = await makeRig({ modules });
  await rig.startUp();
  const whole = { name: 'probe', user: 'pi', tty: 'pts/2', ssh: true };
  const hello = { protocol: 1, client: whole };
  for (const [client, role] of [
    [await control(rig), 'control'],
    [await view(rig), 'view'],
  ] as const) {
    const { result } = await client.ask('hello', hello);
    expect(result).toEqual({
      protocol: 1,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      epoch: expect.any(String),
      seq: expect.any(Number),
      role,
    });
    expect((await client.ask('hello', { protocol: 1 })).result).toMatchObject({ role });
    expect((await client.ask('hello', { ...hello, protocol: 2 })).error).toBeDefined();
  }
  const looker = await view(rig);
  expect(await refusalOf(looker, 'module.enable', { module: 'spare' })).toBe('view-only');
  expect(await snapshotOf(looker)).toMatchObject({ modules: { spare: { desired: 'off' } } });
});

story(
  'the snapshot has the keys of the contract, and a checksum that proves it',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const client = await control(rig);
    await intend(client, 'record.start', { label: 'Mäuse 😀\u2028', waitMs: 30_000 });
    const seen = await snapshotOf(client);
    expect(Object.keys(seen)).toEqual(
      expect.arrayContaining([
        ...[
          'version',
          'epoch',
          'seq',
          'at',
          'checksum',
          'rig',
          'groups',
          'modules',
          'gpio',
          'host',
        ],
        'clients',
      ]),
    );
    expect(seen).toMatchObject({ version: 1, gpio: { backend: expect.any(String) } });
    expect(seen.rig).toMatchObject({
      name: 'story',
      status: 'recording',
      desired: 'recording',
      state: 'recording',
      session: { id: '0001', name: 'rec', path: expect.any(String), startedAt: expect.any(String) },
      trial: { number: 1, startedAt: expect.any(String), segment: 1 },
      problems: [],
    });
    expect(seen.rig.trial?.label).toContain('Mäuse 😀');
    expect(seen.groups).toEqual({
      main: { status: 'recording', modules: ['mic', 'spare'] },
      av: { status: 'recording', modules: ['cam'] },
    });
    for (const module of Object.values(seen.modules))
      expect(Object.keys(module)).toEqual(expect.arrayContaining(moduleKeys));
    expect(Object.keys(seen.modules['mic']?.evidence ?? {})).toEqual(
      expect.arrayContaining(['bytes', 'samples', 'dropped', 'files', 'lastProgressAt']),
    );
    expect(checksumOf(seen)).toBe(seen.checksum);
    expect(fractionsIn([seen.rig, seen.groups, seen.modules])).toEqual([]);
    for (const none of [undefined, null, []]) {
      client.say(
        `${JSON.stringify({ jsonrpc: '2.0', id: `none ${none}`, method: 'state.get', params: none })}\n`,
      );
      const { result } = await client.frame(({ id }) => id === `none ${none}`);
      expect(result).toMatchObject({ epoch: seen.epoch });
    }
  },
);

const moduleKeys = [
  ...['desired', 'state', 'phase', 'health', 'required', 'group', 'pid', 'run', 'startedAt'],
  ...['stateSince', 'restarts', 'retryAt', 'evidence', 'problem', 'lastProblem', 'detail'],
];

function checksumOf({ rig, groups, modules: all }: Pick<Snapshot, 'rig' | 'groups' | 'modules'>) {
  return createHash('sha256')
    .update(canonicalJson({ rig, groups, modules: all }))
    .digest('hex');
}

/** Numbers that are no integers, wherever they are. */
function fractionsIn(value: unknown): unknown[] {
  if (typeof value === 'number') return Number.isInteger(value) ? [] : [value];
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(fractionsIn)
    : [];
}

story(
  'who puts every change in its place has the truth after each of them',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const watcher = await view(rig);
    const { result } = await watcher.ask('state.watch', {});
    const held = (result as { snapshot: Snapshot }).snapshot as unknown as Record<string, unknown>;
    const actor = await control(rig);
    await actor.ask('hello', {
      protocol: 1,
      client: { name: 'probe', user: 'pi', tty: 'pts/2', ssh: true },
    });
    await intend(actor, 'record.start', { waitMs: 30_000 });
    await intend(actor, 'mark', { text: 'door' });
    await intend(actor, 'module.enable', { module: 'spare', waitMs: 20_000 });
    await intend(actor, 'record.pause', { waitMs: 20_000 });
    await intend(actor, 'record.stop', { waitMs: 20_000 });
    const { seq } = await snapshotOf(actor);
    await until('all is told', () => (changesOf(watcher).at(-1)?.seq ?? 0) >= seq);
    let last = Number(held['seq']);
    for (const change of changesOf(watcher)) {
      expect(Object.keys(change)).toEqual(
        expect.arrayContaining([
          'epoch',
          'seq',
          'at',
          'monoMs',
          'actor',
          'cause',
          'changed',
          'checksum',
        ]),
      );
      expect(change.seq).toBe(last + 1);
      last = change.seq;
      for (const [path, entity] of Object.entries(change.changed)) {
        expect(path).toMatch(/^(rig|groups\.[a-z0-9-]+|modules\.[a-z0-9-]+|gpio|clients)$/);
        put(held, path, entity);
      }
      expect(checksumOf(held as unknown as Snapshot)).toBe(change.checksum);
      expect(fractionsIn([held['rig'], held['groups'], held['modules']])).toEqual([]);
    }
    expect(changesOf(watcher).map((one) => one.actor)).toContain('pi@pts/2 via ssh');
    const later = await view(rig);
    const since = { epoch: held['epoch'], seq: seq - 3 };
    expect((await later.ask('state.watch', { since })).result).toMatchObject({ resumed: true });
    await until('what was missed follows', () => changesOf(later).length >= 3);
    expect(
      changesOf(later)
        .slice(0, 3)
        .map((one) => one.seq),
    ).toEqual([seq - 2, seq - 1, seq]);
    const stranger = await view(rig);
    const foreign = { since: { epoch: 'another', seq: 1 } };
    expect((await stranger.ask('state.watch', foreign)).result).toHaveProperty('snapshot');
  },
);

function put(held: Record<string, unknown>, path: string, entity: unknown): void {
  const [kind = '', name] = path.split('.');
  if (name === undefined) held[kind] = entity;
  else held[kind] = { ...(held[kind] as object), [name]: entity };
}

story(
  'intents answer with an outcome, refusals with a reason and a remedy',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const client = await control(rig);
    const outcome = async (kind: string, more: object = {}) => await intend(client, kind, more);
    const wait = { waitMs: 20_000 };
    const spare = { module: 'spare' };
    expect(await outcome('module.enable', { module: 'mic' })).toMatchObject({
      outcome: 'unchanged',
    });
    expect(await outcome('module.enable', spare)).toEqual({
      outcome: 'accepted',
      seq: expect.any(Number),
    });
    expect(await outcome('module.disable', { ...spare, ...wait })).toMatchObject({
      outcome: 'done',
    });
    expect(await refusalOf(client, 'module.enable', { ...spare, waitMs: 1 })).toBe('deadline');
    expect(await snapshotOf(client)).toMatchObject({ modules: { spare: { desired: 'off' } } });
    expect(await refusalOf(client, 'module.enable', { module: 'nobody' })).toBe('no-such-module');
    expect(await refusalOf(client, 'module.restart', spare)).toBe('switched-off');
    expect(await refusalOf(client, 'module.enable')).toBe('bad-intent');
    expect(await refusalOf(client, 'fly')).toBe('bad-intent');
    expect(await refusalOf(client, 'mark')).toBe('not-recording');
    expect(await refusalOf(client, 'record.pause')).toBe('not-recording');
    expect(await outcome('record.stop')).toMatchObject({ outcome: 'unchanged' });
    expect(await outcome('session.start', { name: 'pilot', ...wait })).toMatchObject({
      outcome: 'done',
    });
    expect(await outcome('record.toggle', wait)).toMatchObject({ outcome: 'done' });
    expect(await outcome('record.start', wait)).toMatchObject({ outcome: 'unchanged' });
    expect(await refusalOf(client, 'session.end')).toBe('recording');
    const { epoch, seq } = await snapshotOf(client);
    for (const expected of [
      { epoch, seq: 1 },
      { epoch, seq: seq + 100 },
      { epoch: 'another', seq },
    ]) {
      expect(await refusalOf(client, 'record.toggle', { expect: expected })).toBe('stale');
    }
    expect(await outcome('record.toggle', { expect: { epoch, seq }, ...wait })).toMatchObject({
      outcome: 'done',
    });
    expect(await outcome('session.end', wait)).toMatchObject({ outcome: 'done' });
    expect(await outcome('log.level', { level: 'debug' })).toMatchObject({ outcome: 'done' });
    expect(await outcome('problem.acknowledge')).toMatchObject({ outcome: 'unchanged' });
    const nulls = { waitMs: null, expect: null, label: null, at: null };
    expect(await outcome('record.start', nulls)).toMatchObject({ outcome: 'accepted' });
  },
);

story(
  'history is an array, logs are lines, telemetry has figures of modules and host',
  async ({ makeRig }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const client = await view(rig);
    const { result: all } = await client.ask('history.get', { limit: 5 });
    expect(all).toHaveLength(5);
    const { result: ofMic } = await client.ask('history.get', { module: 'mic' });
    expect(ofMic).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'change', cause: 'spawned' })]),
    );
    const later = { since: new Date(Date.now() + 60_000).toISOString() };
    expect((await client.ask('history.get', later)).result).toEqual([]);
    const { result: log } = await client.ask('log.read', { module: 'mic', lines: 5 });
    expect(log).toMatchObject({ lines: expect.any(Array) });
    expect((await client.ask('log.read', { module: 'nobody' })).error?.data).toMatchObject({
      reason: 'no-such-module',
    });
    await client.ask('telemetry.watch', { intervalMs: 200 });
    const { params } = await client.frame(({ method }) => method === 'telemetry');
    expect(params).toMatchObject({ at: expect.any(String), host: expect.any(Object) });
    const { mic } = (params as { modules: Record<string, object> }).modules;
    expect(Object.keys(mic ?? {})).toEqual(
      expect.arrayContaining([
        'cpuPercent',
        'memoryBytes',
        'bytes',
        'bytesPerS',
        'detail',
        'gauges',
      ]),
    );
    expect((await client.ask('fly')).error).toMatchObject({ code: -32_601 });
    client.say('no json\n');
    expect((await client.frame(({ id }) => id === null)).error).toMatchObject({ code: -32_700 });
  },
);
