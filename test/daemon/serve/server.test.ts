import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { Change, Telemetry } from '../../../src/protocol/snapshot.ts';
import { lineClient } from './line-client.ts';
import { serveTinyRig, temporaryRunDir } from './served-rig.ts';
import { moduleRecord } from './tiny-rig.ts';

const soon = { timeout: 10_000, interval: 5 };

describe('who may do what', () => {
  test('control.sock is for owner and group, view.sock for everybody', async () => {
    const { runDir } = await serveTinyRig();
    expect(statSync(`${runDir}/control.sock`).mode & 0o777).toBe(0o660);
    expect(statSync(`${runDir}/view.sock`).mode & 0o777).toBe(0o666);
  });

  test('the greeting says version, epoch, seq and what the socket allows', async () => {
    const { runDir } = await serveTinyRig();
    const hello = { protocol: 1, client: { name: 'script' } };
    const control = await lineClient(`${runDir}/control.sock`);
    const view = await lineClient(`${runDir}/view.sock`);
    expect((await control.ask('hello', hello)).result).toEqual({
      protocol: 1,
      version: '1.2.3',
      epoch: 'epoch-1',
      seq: 0,
      role: 'control',
    });
    expect((await view.ask('hello', hello)).result).toMatchObject({ role: 'view' });
  });

  test('no button is pressed and no light tried out through view.sock', async () => {
    const { runDir } = await serveTinyRig();
    const view = await lineClient(`${runDir}/view.sock`);
    for (const [method, params] of [
      ['gpio.press', { line: 'GPIO17', holdMs: 100 }],
      ['kiosk.pin', { pin: '2580' }],
      ['gpio.test', {}],
    ] as const) {
      const refused = await view.ask(method, params);
      expect(refused.error).toMatchObject({ code: 1, data: { reason: 'view-only' } });
    }
    expect((await view.ask('gpio.list')).result).toMatchObject({ backend: 'none', lines: [] });
  });

  test('how a module is set up is told, its options only to those who may act', async () => {
    const { runDir } = await serveTinyRig();
    const control = await lineClient(`${runDir}/control.sock`);
    const view = await lineClient(`${runDir}/view.sock`);
    const asked = { module: 'mic' };
    expect((await control.ask('module.show', asked)).result).toMatchObject({
      module: 'mic',
      options: [{ name: 'rate', value: '5' }],
    });
    expect((await view.ask('module.show', asked)).result).toMatchObject({ options: null });
    const { error } = await view.ask('module.show', { module: 'mice' });
    expect(error).toMatchObject({
      data: { reason: 'no-such-module', remedy: 'Did you mean mic?' },
    });
  });

  test('an intent through view.sock is refused with what to do', async () => {
    const { runDir, rig } = await serveTinyRig();
    const view = await lineClient(`${runDir}/view.sock`);
    const refused = await view.ask('intent', { kind: 'module.enable', module: 'camera' });
    expect(refused.error).toMatchObject({ code: 1, data: { reason: 'view-only' } });
    expect(rig.submitted).toEqual([]);
  });
});

describe('wishes', () => {
  test('a wish is done for whom it came from, and everybody hears of it', async () => {
    const { runDir, rig } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    const watcher = await lineClient(`${runDir}/view.sock`);
    await watcher.ask('state.watch');
    const who = { name: 'tui', user: 'pi', tty: 'pts/2', ssh: true };
    await client.ask('hello', { protocol: 1, client: who });
    const done = await client.ask('intent', { kind: 'module.enable', module: 'camera' });
    expect(done.result).toEqual({ outcome: 'done', seq: rig.snapshot().seq });
    const told = await watcher.frame(
      ({ method, params }) =>
        method === 'state.change' && (params as Change).actor === 'pi@pts/2 via ssh',
    );
    expect(told.params).toMatchObject({ changed: { 'modules.camera': { desired: 'on' } } });
  });

  test('a refusal carries its reason, its remedy and the seq', async () => {
    const { runDir } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    const refused = await client.ask('intent', { kind: 'module.enable', module: 'nobody' });
    expect(refused.error).toEqual({
      code: 1,
      message: 'there is no module nobody',
      data: { reason: 'no-such-module', remedy: 'Look at rigdeck status.', seq: 0 },
    });
  });

  test('wishes that are sent in one piece are taken in their order, however many wait', async () => {
    const { runDir, rig } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    const texts = Array.from({ length: 200 }, (_, index) => `${index}`);
    const lines = texts.map((text, id) =>
      JSON.stringify({ id, method: 'intent', params: { kind: 'mark', text, waitMs: 1 } }),
    );
    client.say(`${lines.join('\n')}\n`);
    await vi.waitFor(() => expect(client.frames).toHaveLength(200), soon);
    const taken = rig.submitted.map(({ intent }) => (intent.kind === 'mark' ? intent.text : ''));
    expect(taken).toEqual(texts);
    expect(client.frames.every(({ result }) => result !== undefined)).toBe(true);
  });

  test('who asks and closes its direction still gets the answer', async () => {
    const { runDir } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    const wish = { kind: 'module.enable', module: 'camera', waitMs: 50 };
    client.socket.end(`${JSON.stringify({ id: 7, method: 'intent', params: wish })}\n`);
    expect((await client.frame(({ id }) => id === 7)).result).toMatchObject({ outcome: 'done' });
    await vi.waitFor(() => expect(client.isClosed()).toBe(true), soon);
  });
});

describe('the state', () => {
  test('a watcher gets the snapshot and then every change after it', async () => {
    const { runDir, rig } = await serveTinyRig();
    const watcher = await lineClient(`${runDir}/control.sock`);
    const { result } = await watcher.ask('state.watch');
    expect(result).toMatchObject({ snapshot: { seq: 0, modules: { camera: {}, mic: {} } } });
    rig.change({ 'modules.gps': moduleRecord() });
    rig.change({ 'modules.gps': null });
    await watcher.frame(({ params }) => (params as Change)?.seq === rig.snapshot().seq);
    const seqs = watcher.notifications('state.change').map(({ params }) => (params as Change).seq);
    expect(seqs).toEqual([1, 2, 3]); // the first: this watcher is a client now
  });

  test('who was away for few changes is told those, in order, and nothing else', async () => {
    const { runDir, rig } = await serveTinyRig();
    for (let run = 1; run <= 10; run += 1) rig.change({ 'modules.mic': moduleRecord({ run }) });
    const watcher = await lineClient(`${runDir}/view.sock`);
    const since = { epoch: 'epoch-1', seq: 7 };
    expect((await watcher.ask('state.watch', { since })).result).toEqual({
      resumed: true,
      seq: 10,
    });
    await watcher.frame(({ params }) => (params as Change)?.seq === 11);
    const seqs = watcher.notifications('state.change').map(({ params }) => (params as Change).seq);
    expect(seqs).toEqual([8, 9, 10, 11]);
  });

  test.each([
    ['too long ago', { epoch: 'epoch-1', seq: 43 }],
    ['another daemon run', { epoch: 'epoch-0', seq: 300 }],
    ['a seq that lies ahead', { epoch: 'epoch-1', seq: 301 }],
  ])('who cannot be told what it missed gets a snapshot: %s', async (_, since) => {
    const { runDir, rig } = await serveTinyRig();
    for (let run = 1; run <= 300; run += 1) rig.change({ 'modules.mic': moduleRecord({ run }) });
    const watcher = await lineClient(`${runDir}/view.sock`);
    expect((await watcher.ask('state.watch', { since })).result).toHaveProperty(
      'snapshot.seq',
      300,
    );
  });

  test('a client is seen while it watches, and not before or after', async () => {
    const { runDir, rig } = await serveTinyRig();
    const client = await lineClient(`${runDir}/view.sock`);
    await client.ask('hello', { protocol: 1, client: { name: 'kio\u001bsk', user: 'pi' } });
    expect(rig.snapshot().clients).toEqual([]);
    await client.ask('state.watch');
    expect(rig.snapshot().clients).toMatchObject([
      { name: 'kio␛sk', actor: 'pi (kio␛sk)', role: 'view' },
    ]);
    client.socket.destroy();
    await vi.waitFor(() => expect(rig.snapshot().clients).toEqual([]), soon);
  });
});

describe('who a client is', () => {
  test('nobody passes for the rig itself', async () => {
    const { runDir, rig } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    await client.ask('hello', { protocol: 1, client: { name: 'button GPIO17' } });
    await client.ask('intent', { kind: 'mark' });
    expect(rig.submitted[0]?.sender.actor).toBe('client button GPIO17');
  });

  test.each([
    [{ name: 'rigdeck record', user: 'pi', tty: 'pts/3', ssh: true }, 'pi@pts/3 via ssh'],
    [{ name: 'rigdeck record', user: 'root', tty: null, ssh: false }, 'root (rigdeck record)'],
    [{ name: 'rigdeck record', user: 'pi', ssh: true }, 'pi via ssh (rigdeck record)'],
    [{ name: 'boot', user: 'pi' }, 'pi (boot)'],
    [{ name: 'x', user: 'button', tty: 'GPIO17' }, 'client button@GPIO17'],
    [{ name: 'schedule' }, 'client schedule'],
  ])('history says who and through what: %o', async (client, actor) => {
    const { runDir, rig } = await serveTinyRig();
    const line = await lineClient(`${runDir}/control.sock`);
    await line.ask('hello', { protocol: 1, client });
    await line.ask('intent', { kind: 'mark' });
    expect(rig.submitted[0]?.sender.actor).toBe(actor);
  });
});

describe('telemetry and logs', () => {
  test('figures are taken while somebody watches, and sent at the pace it asked for', async () => {
    const { runDir, rig, telemetry } = await serveTinyRig();
    const client = await lineClient(`${runDir}/view.sock`);
    expect(telemetry.size).toBe(0);
    await client.ask('telemetry.watch', { intervalMs: 150 });
    expect(telemetry.size).toBe(1);
    const { host } = rig.snapshot();
    const told = (at: string): Telemetry => ({ at, modules: {}, host });
    const [listener] = telemetry;
    for (const at of ['first', 'second', 'newest']) listener?.(told(at));
    await client.frame(({ params }) => (params as Telemetry)?.at === 'newest');
    const seen = client.notifications('telemetry').map(({ params }) => (params as Telemetry).at);
    expect(seen).toEqual(['first', 'newest']);
    client.socket.destroy();
    await vi.waitFor(() => expect(telemetry.size).toBe(0), soon);
  });

  test('who asks for a pace below 100 ms is given 100 ms, and told so', async () => {
    const { runDir } = await serveTinyRig();
    const client = await lineClient(`${runDir}/view.sock`);
    const { result } = await client.ask('telemetry.watch', { intervalMs: 10 });
    expect(result).toEqual({ intervalMs: 100 });
    const { error } = await client.ask('telemetry.watch', { intervalMs: -1 });
    expect(error).toMatchObject({ code: -32602, message: 'intervalMs: at least 0' });
  });

  test('a log is read, and followed from exactly where the answer ends', async () => {
    const { runDir, log } = await serveTinyRig();
    log.print('mic', 'one');
    log.print('mic', 'two \u001b[2J');
    const client = await lineClient(`${runDir}/view.sock`);
    const read = await client.ask('log.read', { module: 'mic', lines: 1, follow: true });
    expect(read.result).toEqual({ lines: ['two ␛[2J'] });
    log.print('mic', 'three');
    const told = await client.frame(({ method }) => method === 'log');
    expect(told.params).toEqual({ module: 'mic', lines: ['three'] });
    await client.ask('log.read', { module: 'mic', follow: false });
    log.print('mic', 'four');
    await client.ask('state.get');
    expect(client.notifications('log')).toHaveLength(1);
  });

  test('the log of an unknown module says which modules there are, or which is near', async () => {
    const { runDir } = await serveTinyRig();
    const client = await lineClient(`${runDir}/view.sock`);
    const { error } = await client.ask('log.read', { module: 'xyz' });
    expect(error).toMatchObject({
      code: 1,
      data: { reason: 'no-such-module', remedy: 'There are: camera, mic.' },
    });
  });

  test('history is an array', async () => {
    const { runDir, asked } = await serveTinyRig();
    const client = await lineClient(`${runDir}/view.sock`);
    const { result } = await client.ask('history.get', { module: 'mic', limit: 2 });
    expect(result).toHaveLength(2);
    expect(asked).toEqual([{ module: 'mic', since: null, limit: 2 }]);
  });
});

describe('the sockets', () => {
  test('sockets that a killed daemon left behind are no obstacle', async () => {
    const runDir = temporaryRunDir();
    writeFileSync(`${runDir}/view.sock`, 'no socket at all');
    await leaveStaleSocket(`${runDir}/control.sock`);
    const { rig } = await serveTinyRig({ runDir });
    for (const name of ['view.sock', 'control.sock']) {
      const client = await lineClient(`${runDir}/${name}`);
      expect((await client.ask('state.get')).result).toMatchObject({ seq: rig.snapshot().seq });
    }
    expect(readdirSync(runDir).sort()).toEqual(['control.sock', 'view.sock']);
  });

  test('a run dir whose socket path is too long is refused in words', async () => {
    const runDir = `/tmp/${'x'.repeat(100)}`;
    await expect(serveTinyRig({ runDir })).rejects.toThrow(/too long for a socket/);
  });

  test('a daemon that ends sends its last words, closes every line and leaves no socket', async () => {
    const { runDir, rig, close } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    await client.ask('state.watch');
    rig.change({ 'modules.mic': moduleRecord({ run: 9 }) });
    await close();
    await vi.waitFor(() => expect(client.isClosed()).toBe(true), soon);
    expect(client.notifications('state.change').at(-1)?.params).toMatchObject({
      changed: { 'modules.mic': { run: 9 } },
    });
    expect(rig.observers()).toBe(0);
    expect(() => statSync(`${runDir}/control.sock`)).toThrow();
    expect(() => statSync(`${runDir}/view.sock`)).toThrow();
  });
});

/** A process listens there and is killed with -9: the file stays and nobody answers. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log(1))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
}
