import { randomBytes } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { lineClient } from './line-client.ts';
import { type ServedRig, serveTinyRig } from './served-rig.ts';

const soon = { timeout: 10_000, interval: 5 };

/** The daemon still answers, at once, whoever asks. */
async function expectAnswers({ runDir, rig }: ServedRig): Promise<void> {
  const client = await lineClient(`${runDir}/control.sock`);
  expect((await client.ask('state.get')).result).toMatchObject({ epoch: 'epoch-1' });
  expect(rig.submitted).toEqual([]);
}

const rubbish: [string, string, number, string | number | null, RegExp][] = [
  ['no JSON', '{"method":', -32700, null, /no JSON/],
  ['a bare word', 'status', -32700, null, /no JSON/],
  ['a number', '42', -32600, null, /no request/],
  ['null', 'null', -32600, null, /no request/],
  ['a batch', '[{"id":1,"method":"state.get"}]', -32600, null, /batches/],
  ['an empty batch', '[]', -32600, null, /batches/],
  ['no method', '{"id":5}', -32600, 5, /method/],
  ['a method that is a number', '{"id":5,"method":7}', -32600, 5, /method/],
  ['parameters in a list', '{"id":"a","method":"intent","params":[1]}', -32600, 'a', /params/],
  ['an unknown method', '{"id":6,"method":"state.got"}', -32601, 6, /there are .*state\.get/],
  ['a name of every object', '{"id":6,"method":"constructor"}', -32601, 6, /no method constructor/],
  ['an id that is an object', '{"id":{},"method":"state.get"}', -32600, null, /id/],
  ['escapes in a method', '{"id":6,"method":"\\u001b[2J"}', -32601, 6, /no method ␛\[2J/],
  ['an intent without kind', '{"id":8,"method":"intent","params":{}}', -32602, 8, /^kind: /],
  [
    'an unknown kind',
    '{"id":8,"method":"intent","params":{"kind":"record.begin"}}',
    -32602,
    8,
    /^kind: expected .*'record\.start'/,
  ],
  [
    'an intent without its module',
    '{"id":8,"method":"intent","params":{"kind":"module.enable"}}',
    -32602,
    8,
    /^module: expected string/,
  ],
  [
    'a wait that is no number',
    '{"id":8,"method":"intent","params":{"kind":"mark","waitMs":"soon"}}',
    -32602,
    8,
    /^waitMs: expected number/,
  ],
  [
    'a since that is text',
    '{"id":9,"method":"state.watch","params":{"since":"0"}}',
    -32602,
    9,
    /since/,
  ],
  ['a hello without protocol', '{"id":9,"method":"hello"}', -32602, 9, /^protocol: /],
  ['a deep nest', `${'['.repeat(300_000)}`, -32700, null, /no JSON/],
  [
    'a prototype',
    '{"id":3,"method":"intent","params":{"__proto__":{"kind":"mark"}}}',
    -32602,
    3,
    /kind/,
  ],
];

describe('lines that are no requests', () => {
  test.each(rubbish)(
    '%s is answered with what is wrong, and the line goes on',
    async (_, line, code, id, words) => {
      const served = await serveTinyRig();
      const client = await lineClient(`${served.runDir}/control.sock`);
      client.say(`${line}\n`);
      const answer = await client.frame(({ error }) => error !== undefined);
      expect(answer).toMatchObject({ id, error: { code } });
      expect(answer.error?.message).toMatch(words);
      expect((await client.ask('state.get')).result).toBeDefined();
      await expectAnswers(served);
    },
  );
});

describe('bytes that are no lines', () => {
  test('binary rubbish is counted, and harms nobody', async () => {
    const served = await serveTinyRig();
    const client = await lineClient(`${served.runDir}/view.sock`);
    client.say(randomBytes(200_000));
    client.say('\n');
    await client.ask('state.get');
    client.socket.destroy();
    await vi.waitFor(
      () => expect(served.logged.join()).toMatch(/sent \d+ lines that are no/),
      soon,
    );
    await expectAnswers(served);
  });

  test('a line over 1 MiB is answered and ends the connection, however much follows', async () => {
    const served = await serveTinyRig();
    const client = await lineClient(`${served.runDir}/control.sock`);
    client.say('{"id":1,"method":"state.get"}\n');
    client.say('x'.repeat(8 * 1_048_576));
    const answer = await client.frame(({ error }) => error !== undefined);
    expect(answer.error?.message).toMatch(/at most 1048576 bytes/);
    expect(client.frames[0]).toMatchObject({ id: 1, result: {} });
    await vi.waitFor(() => expect(client.isClosed()).toBe(true), soon);
    await expectAnswers(served);
  });

  test('a request of just 1 MiB is taken', async () => {
    const { runDir } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    const shell = '{"id":1,"method":"state.get","params":{"x":""}}\n';
    client.say(shell.replace('""', `"${'x'.repeat(1_048_576 - shell.length)}"`));
    expect((await client.frame(({ id }) => id === 1)).result).toBeDefined();
  });

  test('a request that comes byte by byte is a request; half a line is none', async () => {
    const served = await serveTinyRig();
    const client = await lineClient(`${served.runDir}/control.sock`);
    for (const byte of '{"id":1,"method":"state.get"}\r\n') client.say(byte);
    await client.frame(({ id }) => id === 1);
    client.socket.end('{"id":2,"method":"intent","params":{"kind":"mark"}}');
    await vi.waitFor(() => expect(client.isClosed()).toBe(true), soon);
    await expectAnswers(served);
  });

  test('a notification is done and not answered', async () => {
    const { runDir, rig } = await serveTinyRig();
    const client = await lineClient(`${runDir}/control.sock`);
    client.say('{"method":"intent","params":{"kind":"mark"}}\n');
    await client.ask('state.get');
    expect(client.frames).toHaveLength(1);
    expect(rig.submitted).toHaveLength(1);
  });
});

describe('clients that take places', () => {
  test('who connects and says nothing loses its place', async () => {
    const served = await serveTinyRig({ limits: { silentMs: 50 } });
    const mute = await lineClient(`${served.runDir}/view.sock`);
    const speaker = await lineClient(`${served.runDir}/view.sock`);
    await speaker.ask('state.get');
    await vi.waitFor(() => expect(mute.isClosed()).toBe(true), soon);
    expect(mute.frames[0]?.error?.message).toMatch(/nothing was asked/);
    expect(speaker.isClosed()).toBe(false);
  });

  test('silent clients that hold every place keep nobody out: the oldest of them makes way', async () => {
    const served = await serveTinyRig({ limits: { idleMs: 0 } });
    const control = `${served.runDir}/control.sock`;
    const watcher = await lineClient(control);
    await watcher.ask('state.watch');
    const mute = await Promise.all(Array.from({ length: 63 }, () => lineClient(control)));
    const acts = await lineClient(control);
    expect(await acts.ask('state.get')).toHaveProperty('result');
    await vi.waitFor(() => expect(mute.filter((one) => one.isClosed())).toHaveLength(1), soon);
    expect(mute.find((one) => one.isClosed())?.frames[0]?.error?.message).toMatch(/others wait/);
    expect(watcher.isClosed()).toBe(false);
    // One that looks takes no place of those who may act, however silent they are.
    const looks = await lineClient(`${served.runDir}/view.sock`);
    await vi.waitFor(() => expect(looks.isClosed()).toBe(true), soon);
    expect(looks.frames[0]?.error).toMatchObject({ data: { reason: 'busy' } });
  });

  test('who watches, or waits for an answer, keeps its place among the idle; who has asked goes after who never did', async () => {
    const served = await serveTinyRig({ limits: { idleMs: 0, connections: 3 } });
    const control = `${served.runDir}/control.sock`;
    const watcher = await lineClient(control);
    await watcher.ask('state.watch');
    const asked = await lineClient(control);
    await asked.ask('state.get');
    const mute = await lineClient(control);
    const first = await lineClient(control);
    await first.ask('state.get');
    await vi.waitFor(() => expect(mute.isClosed()).toBe(true), soon);
    expect(asked.isClosed()).toBe(false);
    const second = await lineClient(control);
    await second.ask('state.get');
    await vi.waitFor(() => expect(asked.isClosed()).toBe(true), soon);
    expect([watcher, first, second].map((one) => one.isClosed())).toEqual([false, false, false]);
  });

  test('who comes when all places are taken is told so; viewers leave room for those who act', async () => {
    const served = await serveTinyRig({ limits: { idleMs: 60_000 } });
    const views = await Promise.all(
      Array.from({ length: 49 }, () => lineClient(`${served.runDir}/view.sock`)),
    );
    await vi.waitFor(() => expect(views.filter((one) => one.isClosed())).toHaveLength(1), soon);
    const controls = await Promise.all(
      Array.from({ length: 17 }, () => lineClient(`${served.runDir}/control.sock`)),
    );
    await vi.waitFor(() => expect(controls.filter((one) => one.isClosed())).toHaveLength(1), soon);
    for (const turnedAway of [...views, ...controls].filter((one) => one.isClosed())) {
      expect(turnedAway.frames[0]?.error).toMatchObject({ code: 1, data: { reason: 'busy' } });
    }
    views.find((one) => !one.isClosed())?.socket.destroy();
    await vi.waitFor(async () => {
      const next = await lineClient(`${served.runDir}/view.sock`);
      next.say('{"id":1,"method":"state.get"}\n');
      const answer = await next.frame(({ id }) => id === 1 || id === null);
      expect(answer.result).toBeDefined();
    }, soon);
  });
});

test('where all only watch, who has watched for longest makes way with a word why; who waits for an answer does not', async () => {
  const limits = { idleMs: 60_000, watchMs: 0, connections: 4, viewConnections: 2 };
  const { runDir } = await serveTinyRig({ limits });
  const watches = async (role: string) => {
    const client = await lineClient(`${runDir}/${role}.sock`);
    await client.ask('state.watch');
    return client;
  };
  const all = [await watches('control'), await watches('view')];
  all.push(await watches('control'), await watches('view'));
  all[0]?.say('{"id":1,"method":"intent","params":{"kind":"mark","waitMs":600000}}\n');
  const areClosed = () => all.map((one) => one.isClosed());
  // Somebody who looks takes the place of another who looks, somebody who acts that of anybody.
  const looks = await lineClient(`${runDir}/view.sock`);
  expect(await looks.ask('state.get')).toHaveProperty('result');
  await vi.waitFor(() => expect(areClosed()).toEqual([false, true, false, false]), soon);
  const word = { code: 1, data: { reason: 'busy' } };
  expect(all[1]?.frames.at(-1)).toMatchObject({ id: null, error: word });
  const acts = await lineClient(`${runDir}/control.sock`);
  expect(await acts.ask('state.get')).toHaveProperty('result');
  await vi.waitFor(() => expect(areClosed()).toEqual([false, true, true, false]), soon);
});
