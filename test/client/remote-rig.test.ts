import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { NoDaemonError } from '../../src/client/errors.ts';
import { createRemoteRig, type RemoteRigOptions } from '../../src/client/remote-rig.ts';
import { StatusWriter } from '../../src/daemon/store/status-file.ts';
import type { RemoteRig, RemoteView } from '../../src/protocol/rig.ts';
import { serveTinyRig, temporaryRunDir } from '../daemon/serve/served-rig.ts';
import { createTinyRig, moduleRecord, type TinyRig } from '../daemon/serve/tiny-rig.ts';
import { lineProxy } from './line-proxy.ts';

const soon = { timeout: 20_000, interval: 5 };

function remoteRig(runDir: string, options: Partial<RemoteRigOptions> = {}): RemoteRig {
  const remote = createRemoteRig(runDir, { name: 'test', ...options });
  onTestFinished(() => remote.close());
  return remote;
}

function seen(remote: RemoteRig, fits: (view: RemoteView) => boolean): Promise<void> {
  return vi.waitFor(() => expect(fits(remote.view())).toBe(true), soon);
}

const live = (remote: RemoteRig) => seen(remote, ({ link }) => link.state === 'live');
const lost = (remote: RemoteRig) => seen(remote, ({ link }) => link.state === 'lost');

function truth(remote: RemoteRig, rig: TinyRig): Promise<void> {
  return vi.waitFor(() => expect(remote.view().snapshot).toEqual(rig.snapshot()), soon);
}

describe('one truth', () => {
  test('twenty clients see the same changes in the same order and end with the same state', async () => {
    const { runDir, rig } = await serveTinyRig();
    const remotes = Array.from({ length: 20 }, () => remoteRig(runDir));
    await Promise.all(remotes.map(live));
    await Promise.all(remotes.map((remote) => truth(remote, rig)));
    const orders = remotes.map((remote) => {
      const order: number[] = [];
      remote.subscribe(() => order.push(remote.view().snapshot?.seq ?? -1));
      return order;
    });
    const wishes = remotes.map((remote, index) =>
      remote.submit({
        kind: index % 2 === 0 ? 'module.enable' : 'module.disable',
        module: 'camera',
      }),
    );
    const verdicts = await Promise.all(wishes);
    expect(verdicts.every(({ ok }) => ok)).toBe(true);
    await Promise.all(remotes.map((remote) => truth(remote, rig)));
    for (const order of orders) expect(order).toEqual(orders[0]);
    expect(new Set(remotes.map((remote) => remote.view().snapshot?.checksum)).size).toBe(1);
  });

  test('the view is another object only when something in it changed', async () => {
    const { runDir, rig } = await serveTinyRig();
    const remote = remoteRig(runDir);
    await live(remote);
    await truth(remote, rig);
    const before = remote.view();
    expect(remote.view()).toBe(before);
    rig.change({ 'modules.mic': moduleRecord({ run: 2 }) });
    await truth(remote, rig);
    expect(remote.view()).not.toBe(before);
    expect(before.snapshot?.modules['mic']?.run).toBe(0);
    expect(remote.view().snapshot?.modules['camera']).toBe(before.snapshot?.modules['camera']);
  });

  test.each([
    ['is lost on the way', () => null],
    ['is damaged on the way', (line: string) => line.replace('"run":5', '"run":6')],
  ])('a client notices when a change %s, and asks for the state again', async (_, edit) => {
    const { runDir, rig } = await serveTinyRig();
    const proxy = await lineProxy(runDir);
    const remote = remoteRig(proxy.runDir);
    await live(remote);
    await truth(remote, rig);
    proxy.edit = (line) =>
      line.includes('"run":5') && line.includes('state.change') ? edit(line) : line;
    for (let run = 1; run <= 10; run += 1) rig.change({ 'modules.mic': moduleRecord({ run }) });
    await truth(remote, rig);
    const snapshots = proxy.passed.filter((line) => line.includes('"snapshot":'));
    expect(snapshots).toHaveLength(2);
  });

  test('a client that stood still while thousands of changes passed ends with the truth', async () => {
    const { runDir, rig } = await serveTinyRig();
    const remote = remoteRig(runDir);
    await live(remote);
    await truth(remote, rig);
    for (let run = 1; run <= 5_000; run += 1) {
      rig.change({ 'modules.mic': moduleRecord({ run, detail: 'x'.repeat(300) }) });
    }
    rig.change({ 'modules.camera': null, 'groups.main': { status: 'off', modules: ['mic'] } });
    await truth(remote, rig);
  });
});

test('a rig that was taken down in order is shown as it was left, with who did it; the next daemon is found', async () => {
  const runDir = temporaryRunDir();
  const first = await serveTinyRig({ runDir, epoch: 'first' });
  const remote = remoteRig(runDir);
  await live(remote);
  await truth(remote, first.rig);
  const daemon = { pid: 1, startTicks: '1', bootId: 'b' };
  const left = { ...first.rig.snapshot(), modules: {}, daemon };
  await first.close();
  await lost(remote); // the last word comes after the sockets are closed
  const writer = new StatusWriter(
    runDir,
    () => left,
    () => undefined,
  );
  await writer.close('pi (rigdeck down)', []);
  await seen(remote, ({ link }) => link.state === 'lost' && link.downBy === 'pi (rigdeck down)');
  expect(remote.view().snapshot?.modules).toEqual({});
  const second = await serveTinyRig({ runDir, epoch: 'second' });
  await live(remote);
  await truth(remote, second.rig);
});

describe('a line that breaks', () => {
  test('a client that was cut off goes on from where it was, without another snapshot', async () => {
    const { runDir, rig } = await serveTinyRig();
    const proxy = await lineProxy(runDir);
    const remote = remoteRig(proxy.runDir);
    await live(remote);
    await truth(remote, rig);
    proxy.cut();
    await lost(remote);
    for (let run = 1; run <= 10; run += 1) rig.change({ 'modules.mic': moduleRecord({ run }) });
    await live(remote);
    await truth(remote, rig);
    expect(proxy.passed.filter((line) => line.includes('"snapshot":'))).toHaveLength(1);
    expect(proxy.passed.filter((line) => line.includes('"resumed":true'))).toHaveLength(1);
  });

  test('while the daemon is gone the last state stays and says since when; the next daemon is found', async () => {
    const runDir = temporaryRunDir();
    const first = await serveTinyRig({ runDir, epoch: 'first' });
    const remote = remoteRig(runDir);
    await live(remote);
    await truth(remote, first.rig);
    const beforeMs = Date.now();
    await first.close();
    await lost(remote);
    const { snapshot, link } = remote.view();
    expect(snapshot?.epoch).toBe('first');
    expect(link).toMatchObject({ state: 'lost', words: expect.stringContaining('daemon') });
    if (link.state === 'lost') {
      expect(link.sinceMs).toBeGreaterThanOrEqual(beforeMs);
      expect(link.retryAtMs).toBeGreaterThan(link.sinceMs);
    }
    await expect(remote.submit({ kind: 'mark' })).rejects.toBeInstanceOf(NoDaemonError);
    const second = await serveTinyRig({ runDir, epoch: 'second', modules: ['gps'] });
    await live(remote);
    await truth(remote, second.rig);
    expect(Object.keys(remote.view().snapshot?.modules ?? {})).toEqual(['gps']);
  });

  test('a client that is there before the daemon finds it when it comes', async () => {
    const runDir = temporaryRunDir();
    const remote = remoteRig(runDir);
    expect(remote.view().link).toEqual({ state: 'connecting' });
    await lost(remote);
    expect(remote.view().link).toMatchObject({ words: expect.stringContaining('rigdeck up') });
    const { rig } = await serveTinyRig({ runDir });
    await live(remote);
    await truth(remote, rig);
  });
});

describe('somebody else on the line', () => {
  test('a frozen daemon is told from one that is only quiet', async () => {
    const runDir = temporaryRunDir();
    const daemon = await spawnDaemon(runDir, createTinyRig('frozen', ['mic']));
    const remote = remoteRig(runDir);
    await live(remote);
    daemon.kill('SIGSTOP');
    await lost(remote);
    const { link } = remote.view();
    expect(link).toMatchObject({ words: expect.stringContaining('did not answer') });
    // What is shown is of before the silence, not of when that was noticed (three seconds of waiting for an answer at least).
    const silentMs = link.state === 'lost' ? Date.now() - link.sinceMs : 0;
    expect(silentMs).toBeGreaterThanOrEqual(3_000);
    expect(remote.view().snapshot?.epoch).toBe('frozen');
    daemon.kill('SIGCONT');
    await live(remote);
  });

  test('a daemon of another version is named in words', async () => {
    const runDir = temporaryRunDir();
    const error = {
      code: -32600,
      message: 'this daemon speaks protocol 2, this client protocol 1',
    };
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.write(`${JSON.stringify({ id: 1, error })}\n`));
    }).listen(`${runDir}/control.sock`);
    onTestFinished(() => {
      server.close();
    });
    const remote = remoteRig(runDir);
    await lost(remote);
    expect(remote.view().link).toMatchObject({
      words: expect.stringContaining('speaks protocol 2'),
    });
  });

  test('something that is no daemon is not believed', async () => {
    const runDir = temporaryRunDir();
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('SSH-2.0-OpenSSH_9.2\n');
    }).listen(`${runDir}/control.sock`);
    onTestFinished(() => {
      server.close();
    });
    const remote = remoteRig(runDir);
    await lost(remote);
    expect(remote.view().snapshot).toBeNull();
  });

  test('a closed client tries no more', async () => {
    const { runDir, rig } = await serveTinyRig();
    const remote = remoteRig(runDir);
    await live(remote);
    await vi.waitFor(() => expect(rig.snapshot().clients).toHaveLength(1), soon);
    remote.close();
    await vi.waitFor(() => expect(rig.snapshot().clients).toEqual([]), soon);
  });
});

describe('what a screen asks for', () => {
  test('a listener that throws or removes itself harms nobody', async () => {
    const { runDir, rig } = await serveTinyRig();
    const faults: unknown[] = [];
    const remote = remoteRig(runDir, { fault: (error) => faults.push(error) });
    const told: string[] = [];
    remote.subscribe(() => {
      throw new Error('cannot draw');
    });
    const stop = remote.subscribe(() => {
      told.push('once');
      stop();
    });
    remote.subscribe(() => told.push('last'));
    await live(remote);
    await truth(remote, rig);
    expect(faults.length).toBeGreaterThan(1);
    expect(told.filter((who) => who === 'once')).toEqual(['once']);
    expect(told.filter((who) => who === 'last')).toHaveLength(faults.length);
  });

  test('a wish comes back as a verdict, whichever it is', async () => {
    const { runDir } = await serveTinyRig();
    const remote = remoteRig(runDir);
    await live(remote);
    const enable = (module: string) => remote.submit({ kind: 'module.enable', module });
    expect(await enable('camera')).toMatchObject({ ok: true, outcome: 'done' });
    expect(await enable('camera')).toMatchObject({ ok: true, outcome: 'unchanged' });
    expect(await enable('nobody')).toMatchObject({
      ok: false,
      refusal: { reason: 'no-such-module', remedy: 'Look at rigdeck status.' },
    });
    expect(await enable('')).toMatchObject({ ok: false, refusal: { reason: 'bad-intent' } });
  });

  test('a client that only looks is refused when it acts', async () => {
    const { runDir, rig } = await serveTinyRig();
    const remote = remoteRig(runDir, { viewOnly: true });
    await live(remote);
    expect(remote.view().link).toEqual({ state: 'live', role: 'view', words: null });
    const verdict = await remote.submit({ kind: 'record.start' });
    expect(verdict).toMatchObject({ ok: false, refusal: { reason: 'view-only' } });
    expect(rig.submitted).toEqual([]);
  });
});

describe('what comes beside the state', () => {
  test('telemetry comes beside the state', async () => {
    const { runDir, rig, telemetry } = await serveTinyRig();
    const remote = remoteRig(runDir, { telemetryMs: 100 });
    await vi.waitFor(() => expect(telemetry.size).toBe(1), soon);
    const figures = { at: '2026-11-22T10:00:00.000Z', modules: {}, host: rig.snapshot().host };
    for (const listener of telemetry) listener(figures);
    await seen(remote, (view) => view.telemetry !== null);
    expect(remote.view().telemetry).toEqual(figures);
  });

  test('a log is read and followed, also over a line that broke', async () => {
    const { runDir, log } = await serveTinyRig();
    const proxy = await lineProxy(runDir);
    const remote = remoteRig(proxy.runDir);
    await live(remote);
    log.print('mic', 'before');
    expect(await remote.readLog('mic', 10)).toEqual(['before']);
    const lines: string[] = [];
    const stop = remote.followLog('mic', (more) => lines.push(...more));
    await remote.readLog('mic', 1); // asked after the follow and answered after it
    log.print('mic', 'one');
    await vi.waitFor(() => expect(lines).toEqual(['one']), soon);
    proxy.cut();
    await lost(remote);
    await live(remote);
    await remote.readLog('mic', 1);
    log.print('mic', 'two');
    await vi.waitFor(() => expect(lines).toEqual(['one', 'two']), soon);
    stop();
    await remote.readLog('mic', 1);
    log.print('mic', 'three');
    await remote.readLog('mic', 1);
    expect(lines).toEqual(['one', 'two']);
  });

  test('history is asked for by module', async () => {
    const { runDir, asked } = await serveTinyRig();
    const remote = remoteRig(runDir);
    await live(remote);
    expect(await remote.history({ module: 'mic', limit: 5 })).toHaveLength(2);
    expect(asked).toEqual([{ module: 'mic', since: null, limit: 5 }]);
  });
});

/** A process of its own that greets and tells a state, so that it can be stopped like any other. */
async function spawnDaemon(runDir: string, rig: TinyRig): Promise<ReturnType<typeof spawn>> {
  const { epoch, seq } = rig.snapshot();
  const answers = {
    hello: { protocol: 1, version: '1', epoch, seq, role: 'control' },
    'state.watch': { snapshot: rig.snapshot() },
  };
  const script = `
    const answers = ${JSON.stringify(answers)};
    require('net').createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk) => {
        for (const line of String(chunk).trim().split('\\n')) {
          const { id, method } = JSON.parse(line);
          socket.write(JSON.stringify({ id, result: answers[method] }) + '\\n');
        }
      });
    }).listen(${JSON.stringify(`${runDir}/control.sock`)}, () => console.log('ready'));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}
