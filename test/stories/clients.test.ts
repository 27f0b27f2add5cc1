import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { checksumOf } from '../../src/client/apply-change.ts';
import { until } from '../support/until.ts';
import type { Client } from './support/client.ts';
import { storyEnvironment } from './support/daemon-process.ts';
import { cpuSeconds, stateLetter } from './support/processes.ts';
import { filesOf, theSession } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const modules = { cam: { use: 'demo-sensor' }, mic: { use: 'demo-sensor' } };

story.concurrent(
  'twenty clients see the same changes in the same order, though one of them never reads',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const deaf = await neverReads(rig);
    const clients = await many(20, (index) => rig.client(`client-${index}`));
    const from = Math.max(...clients.map((one) => one.now().seq));
    for (let round = 0; round < 5; round++) {
      await rig.wish('record.start');
      await rig.wish('record.stop');
    }
    const { seq } = rig.me.now();
    await Promise.all(clients.map((one) => one.until('the newest', (now) => now.seq >= seq)));

    const all = Array.from({ length: seq - from }, (_, index) => from + 1 + index);
    for (const client of clients) {
      const told = client.changes.map((change) => change.seq);
      expect(told.filter((one) => one > from && one <= seq)).toEqual(all);
      expect(checksumOf(client.now())).toBe(client.now().checksum);
    }
    deaf.destroy();
  },
);

story.concurrent(
  'an observer that is frozen costs the rig nothing, and sees the truth when it thaws',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const observer = spawn(process.execPath, [rig.where.program, 'watch'], {
      env: storyEnvironment(rig.where),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    observer.stdout.on('data', (data) => {
      told += data;
    });
    await rig.until('somebody watches', ({ clients }) =>
      clients.some(({ name }) => name.includes('watch')),
    );
    observer.kill('SIGSTOP');
    await until('it is frozen', () => stateLetter(observer.pid ?? 0) === 'T');
    for (let round = 0; round < 3; round++) {
      await rig.wish('record.start');
      await rig.wish('record.stop');
    }
    observer.kill('SIGCONT');
    const { seq } = rig.me.now();
    const newest = () => JSON.parse(told.trim().split('\n').at(-1) ?? '{}').seq ?? 0;
    await until('it has the newest state', () => told.endsWith('\n') && newest() >= seq);
    expect(cpuSeconds(rig.daemon.pid)).toBeLessThan(10);
    observer.kill('SIGKILL');
  },
);

story.concurrent(
  'a person has a place for every command where as many clients watch as may; who makes way is told why',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const { me } = rig;
    const watching = rig.run('watch');
    await rig.until('somebody watches', ({ clients }) =>
      clients.some(({ name }) => name.includes('watch')),
    );
    await many(62, (index) => rig.client(`client-${index}`));
    expect(await rig.run('status')).toMatchObject({ code: 0 });
    await me.connection.closed;
    expect(me.connection.farewell()?.data).toMatchObject({ reason: 'busy' });
    await rig.client('another in the place that is free again');
    expect(await rig.run('record', 'start')).toMatchObject({ code: 0 });
    expect(await rig.run('record', 'stop', '--yes')).toMatchObject({ code: 0 });
    const watched = await watching;
    expect(watched.code).toBe(5);
    expect(watched.stderr).toContain('too many clients watch this rig');
  },
);

story.concurrent(
  'two people who press record at the same moment get one trial',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const [one, other] = [await rig.client('one'), await rig.client('other')];
    const start = { kind: 'record.start', waitMs: 20_000 } as const;
    const verdicts = await Promise.all([one.wish(start), other.wish(start)]);

    expect(verdicts.map(({ ok }) => ok)).toEqual([true, true]);
    expect(verdicts.map((verdict) => verdict.ok && verdict.outcome).sort()).toEqual([
      'done',
      'unchanged',
    ]);
    expect(rig.me.now().rig.trial?.number).toBe(1);
    await rig.wish('record.stop');
    expect(filesOf(theSession(rig.recordings), 'cam')).toHaveLength(1);
  },
);

story.concurrent(
  'of two people who toggle what both saw, the second is refused: no toggle does the opposite',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const [one, other] = [await rig.client('one'), await rig.client('other')];
    const seen = await settledAlike(one, other);
    const toggle = { kind: 'record.toggle', expect: seen, waitMs: 20_000 } as const;
    const verdicts = await Promise.all([one.wish(toggle), other.wish(toggle)]);

    expect(verdicts.filter(({ ok }) => ok)).toHaveLength(1);
    expect(verdicts.find(({ ok }) => !ok)).toMatchObject({ refusal: { reason: 'stale' } });
    expect(rig.me.now().rig.desired).toBe('recording');
    const yesterday = { epoch: 'another', seq: seen.seq };
    expect(await one.wish({ kind: 'record.toggle', expect: yesterday })).toMatchObject({
      refusal: { reason: 'stale' },
    });
  },
);

story.concurrent(
  'who came through the view socket may look and not touch',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules });
    await rig.startUp();
    const socket = createConnection(join(rig.runDir, 'view.sock'));
    let answers = '';
    socket.on('data', (data) => {
      answers += data;
    });
    const ask = (id: number, method: string, params: object) =>
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    ask(1, 'hello', { protocol: 1, client: { name: 'kiosk' } });
    ask(2, 'intent', { kind: 'record.start' });
    ask(3, 'state.get', {});
    await until('three answers', () => answers.split('\n').length > 3);
    socket.destroy();
    expect(answers).toContain('"role":"view"');
    expect(answers).toContain('view-only');
    expect(rig.me.now().rig.desired).toBe('idle');
  },
);

/** A client that asks to watch and never reads what it is told. */
async function neverReads(rig: StoryRig): Promise<{ destroy(): void }> {
  const socket = createConnection(join(rig.runDir, 'control.sock'));
  socket.pause();
  const hello = { protocol: 1, client: { name: 'deaf' } };
  socket.write(`${JSON.stringify({ id: 1, method: 'hello', params: hello })}\n`);
  socket.write(`${JSON.stringify({ id: 2, method: 'state.watch' })}\n`);
  socket.write(
    `${JSON.stringify({ id: 3, method: 'telemetry.watch', params: { intervalMs: 100 } })}\n`,
  );
  await rig.until('it is among the clients', ({ clients }) =>
    clients.some(({ name }) => name === 'deaf'),
  );
  return socket;
}

function many<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

/** What both see, once they see the same. */
async function settledAlike(one: Client, other: Client): Promise<{ epoch: string; seq: number }> {
  await until('both see the same', () => one.now().seq === other.now().seq);
  const { epoch, seq } = one.now();
  return { epoch, seq };
}
