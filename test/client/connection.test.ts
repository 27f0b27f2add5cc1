import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../src/client/connection.ts';
import { NoDaemonError } from '../../src/client/errors.ts';
import { findRunDir, readStatusFile } from '../../src/client/run-dir.ts';
import { whoAmI } from '../../src/client/who-am-i.ts';
import { serveTinyRig, temporaryRunDir } from '../daemon/serve/served-rig.ts';
import { bundle } from '../support/bundle.ts';

describe('finding a daemon', () => {
  test.each([
    ['the flag', '/a', { RIGDECK_RUN_DIR: '/b' }, '/a'],
    ['the environment', undefined, { RIGDECK_RUN_DIR: '/b' }, '/b'],
  ])('%s says which', (_, flag, env, runDir) => {
    expect(findRunDir(flag, env)).toBe(runDir);
  });

  test('without either it is the service of this machine or the own one', () => {
    const own = `/tmp/rigdeck-${process.getuid?.()}`;
    expect(['/run/rigdeck', own]).toContain(findRunDir(undefined, {}));
  });

  test('nobody there is said at once, with what to do', async () => {
    const runDir = temporaryRunDir();
    const error = await connect(runDir, { name: 'test' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NoDaemonError);
    expect(error).toMatchObject({ message: `no daemon answers in ${runDir}`, permission: false });
    expect(error).toHaveProperty('remedy', 'Start it with `rigdeck up`.');
  });

  test('a run dir that is too long for a socket is said in words', async () => {
    const runDir = `/tmp/${'x'.repeat(120)}`;
    await expect(connect(runDir, { name: 'test' })).rejects.toThrow(/too long for a socket/);
  });

  test('a daemon that accepts and never answers costs two seconds and no more', async () => {
    const runDir = temporaryRunDir();
    const mute = createServer(() => undefined).listen(`${runDir}/control.sock`);
    onTestFinished(() => {
      mute.close();
    });
    const beganMs = performance.now();
    await expect(connect(runDir, { name: 'test' })).rejects.toThrow(/did not answer within 2 s/);
    expect(performance.now() - beganMs).toBeLessThan(3_000);
  });

  test('the last known state can be read when the daemon is gone, and rubbish is none', async () => {
    const runDir = temporaryRunDir();
    const { rig } = await serveTinyRig({ runDir });
    expect(readStatusFile(runDir)).toBeNull();
    const daemon = { pid: 1, startTicks: '1', bootId: 'x' };
    const text = JSON.stringify({ ...rig.snapshot(), daemon });
    writeFileSync(`${runDir}/status.json`, text);
    expect(readStatusFile(runDir)).toEqual({ ...rig.snapshot(), daemon });
    for (const rubbish of [text.slice(0, 100), '', 'null', '{"version":2}', '[]']) {
      writeFileSync(`${runDir}/status.json`, rubbish);
      expect(readStatusFile(runDir)).toBeNull();
    }
  });
});

describe('a connection', () => {
  test('answers each question, errors in words, and says when it is over', async () => {
    const { runDir, close } = await serveTinyRig();
    const connection = await connect(runDir, { name: 'test' });
    expect(connection.hello).toMatchObject({ epoch: 'epoch-1', role: 'control', version: '1.2.3' });
    const [state, history] = await Promise.all([
      connection.call('state.get'),
      connection.call('history.get', { limit: 2 }),
    ]);
    expect(state).toMatchObject({ modules: { mic: {} } });
    expect(history).toHaveLength(2);
    const refused = connection.call('intent', { kind: 'module.enable', module: 'nobody' });
    await expect(refused).rejects.toMatchObject({
      name: 'RemoteError',
      code: 1,
      data: { reason: 'no-such-module' },
    });
    const waits = { kind: 'module.enable', module: 'mic', waitMs: 60_000 };
    const late = connection.call('intent', waits, 50);
    await expect(late).rejects.toThrow(/did not answer within 50 ms/);
    const cutOff = connection.call('intent', waits);
    await Promise.all([close(), expect(cutOff).rejects.toThrow(/closed the connection/)]);
    await connection.closed;
    await expect(connection.call('state.get')).rejects.toBeInstanceOf(NoDaemonError);
  });

  test('who finds no place is told why', async () => {
    const { runDir } = await serveTinyRig({ limits: { connections: 1 } });
    await connect(runDir, { name: 'first' });
    const second = connect(runDir, { name: 'second' });
    await expect(second).rejects.toMatchObject({
      message: 'too many clients are connected already',
    });
  });
});

describe('who it is', () => {
  test('the person behind sudo, and whether it came over SSH', () => {
    const env = { SUDO_USER: 'pi', USER: 'root', SSH_CONNECTION: '10.0.0.2 4711 10.0.0.1 22' };
    expect(whoAmI(env)).toMatchObject({ user: 'pi', ssh: true });
    expect(whoAmI({}).user).toBe(userInfo().username);
    expect(whoAmI({ USER: 'kiosk' })).toMatchObject({ user: 'kiosk', ssh: false });
  });
});

describe('a program of its own', () => {
  test('who may not open control.sock looks through view.sock and is told how to act', async () => {
    const { runDir } = await serveTinyRig();
    chmodSync(runDir, 0o755);
    chmodSync(`${runDir}/control.sock`, 0);
    const { bundle: client } = await bundledClient();
    const script = `
      const { connect } = await import(${JSON.stringify(client)});
      const { hello, note, close } = await connect(${JSON.stringify(runDir)}, { name: 'guest' });
      console.log(JSON.stringify({ role: hello.role, note }));
      close();`;
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const run = promisify(execFile);
    const flags = ['--input-type=module', '-e', script];
    const { stdout } = await run(process.execPath, flags, { ...asNobody, cwd: '/' });
    expect(JSON.parse(stdout)).toEqual({
      role: 'view',
      note: expect.stringMatching(
        /^this user may only look; to act, (join the group|act as the user)/,
      ),
    });
  });

  test('a client loads nothing but the socket, files and who we are, and no schemas', async () => {
    const { imports, inputs } = await bundledClient();
    expect(imports).toEqual(['node:fs', 'node:net', 'node:os']);
    expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([]);
  });

  test('a process of its own that waits for nothing ends when its connection is closed', async () => {
    const { runDir } = await serveTinyRig();
    const { bundle: client } = await bundledClient();
    const script = `
      const { connect } = await import(${JSON.stringify(client)});
      const line = await connect(${JSON.stringify(runDir)}, { name: 'short' });
      await line.call('state.get');
      line.close();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await vi.waitFor(() => expect(child.exitCode).toBe(0), { timeout: 5_000 });
  });
});

type Bundled = { bundle: string; imports: string[]; inputs: string[] };

/** The client as it ships: one file, with what it really loads. */
async function bundledClient(): Promise<Bundled> {
  const folder = `${temporaryRunDir()}/bundle`;
  mkdirSync(folder);
  chmodSync(`${folder}/..`, 0o755);
  const bundlePath = `${folder}/client.mjs`;
  const file = new URL('../../src/client/connection.ts', import.meta.url).pathname;
  const metafile = await bundle(bundlePath, { file });
  const [output] = Object.values(metafile.outputs);
  return {
    bundle: bundlePath,
    imports: [...new Set((output?.imports ?? []).map(({ path }) => path))].sort(),
    inputs: Object.keys(metafile.inputs),
  };
}
