import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { socketNamed, whoHas } from '../../../src/daemon/store/who-holds.ts';
import { officialNode } from '../../cli/packed.ts';
import { bundle } from '../../support/bundle.ts';
import { patiently } from '../../support/until.ts';

// A daemon in a few lines: it takes the run dir and the recordings folder, says what came of it, and lives until it is ended.
const daemonText = `
import { lockFolder } from './src/daemon/store/folder-lock.ts';
import { lockRecordings } from './src/daemon/store/recordings-lock.ts';
const [folder, runDir] = process.argv.slice(2);
await lockFolder(runDir);
const { ok, message, doubt, awaited } = await lockRecordings(folder, runDir);
console.log(JSON.stringify({ ok, message, doubt: doubt?.code }));
awaited?.onTaken(() => console.log('taken'));
awaited?.look();
setInterval(() => awaited?.look(), Number(process.argv[4] ?? 1e6));
`;
// Somebody else: takes a name, and says to everybody who asks what he was told to say.
const strangerText = `
const [name, words] = process.argv.slice(1);
const tell = (s) => s.on('error', () => {}) && words !== 'hush' && s.end(words);
require('node:net').createServer(tell).listen('\\0' + name, () => console.log('{}'));
`;
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let program: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  const programs = await mkdtemp(join(tmpdir(), 'rig-records-program-'));
  await chmod(programs, 0o755); // other users run it, too
  program = join(programs, 'daemon.mjs');
  await bundle(program, { text: daemonText });
  return () => rm(programs, { recursive: true });
});
let nodes: string;
beforeAll(async () => {
  nodes = await mkdtemp(join(tmpdir(), 'rig-nodes-'));
});
afterAll(() => rm(nodes, { recursive: true, force: true }), patiently(60_000));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-records-'));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  await rm(folder, { recursive: true });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function begin(words: readonly string[], uid?: number, node = process.execPath) {
  const who = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(node, words, { stdio: ['ignore', 'pipe', 'inherit'], ...who });
  children.push(child);
  const lines = createInterface(child.stdout);
  const [line] = await once(lines, 'line');
  return { child, lines, pid: child.pid, answer: JSON.parse(line) };
}

let runs = 0;
/** A daemon that would record to a place below the folder. */
function daemon(place: string, uid?: number, node?: string, ...more: string[]) {
  runs += 1;
  const runDir = join(folder, `run-${runs}`);
  mkdirSync(runDir, { mode: 0o755 });
  if (uid !== undefined) chownSync(runDir, uid, uid);
  return begin([program, join(folder, place), runDir, ...more], uid, node);
}

/** The name that a daemon holds for a place; nobody holds it after that. */
async function nameFor(place: string): Promise<string> {
  const { child, pid } = await daemon(place);
  try {
    for (const name of namesNow()) {
      const socket = await socketNamed(`\0${name}`);
      if (socket !== null && (await whoHas(socket, new Set([0]))) === pid) return name;
    }
    throw new Error('it holds no name');
  } finally {
    await end(child);
  }
}

/** Also those of other rigs of this machine. */
function namesNow(): string[] {
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n');
  return lines.flatMap((line) => /@(rigdeck-recordings-\S+)$/.exec(line)?.[1] ?? []);
}

const refusedBy = (pid: number | undefined) => ({
  ok: false,
  message: expect.stringContaining(`a daemon (PID ${pid}, run dir `),
});

test('a link to where a disk is not mounted yet is the same folder before and after', async () => {
  symlinkSync('disk/recordings', join(folder, 'link'));
  symlinkSync('round', join(folder, 'round'));
  const first = await daemon('link');
  expect(first.answer).toEqual({ ok: true });
  expect((await daemon('disk/recordings')).answer).toMatchObject(refusedBy(first.pid));
  mkdirSync(join(folder, 'disk/recordings'), { recursive: true });
  expect((await daemon('link')).answer).toMatchObject(refusedBy(first.pid));
  expect((await daemon('round')).answer).toEqual({ ok: true });
});

test('a daemon that is stopped keeps its folder, though it does not answer', async () => {
  const first = await daemon('recordings');
  first.child.kill('SIGSTOP');
  const { answer } = await daemon('recordings');
  expect(answer.message).toContain(`a daemon (PID ${first.pid}) already records to`);
  await end(first.child);
  expect((await daemon('recordings')).answer).toEqual({ ok: true });
});

test.skipIf(!isRoot)(
  'somebody else who has taken the name keeps no rig from recording, whatever he says (needs root)',
  async () => {
    const name = await nameFor('recordings');
    const elsewhere = await daemon('elsewhere');
    const lies = [
      '',
      'nonsense',
      JSON.stringify({ pid: elsewhere.pid, runDir: join(folder, `run-${runs}`) }),
      JSON.stringify({ pid: 1, runDir: '/run' }),
    ];
    for (const words of lies) {
      const stranger = await begin(['-e', strangerText, '--', name, words], nobody);
      const { child, answer } = await daemon('recordings');
      expect(answer).toEqual({ ok: true, doubt: 'not-alone' });
      await end(child);
      await end(stranger.child);
    }
    expect((await daemon('recordings')).answer).toEqual({ ok: true });
  },
  patiently(60_000),
);

test.skipIf(!isRoot).each([
  ['keeps silent: the kernel tells of his end', 'hush', []],
  ['hangs up on everybody: now and then it is tried', 'nonsense', ['50']],
])(
  'a name that somebody else has is taken when he is gone, who %s (needs root)',
  async (_, words, more) => {
    const name = await nameFor('recordings');
    const stranger = await begin(['-e', strangerText, '--', name, words], nobody);
    const first = await daemon('recordings', undefined, undefined, ...more);
    expect(first.answer).toEqual({ ok: true, doubt: 'not-alone' });
    const taken = once(first.lines, 'line');
    await end(stranger.child);
    expect(await taken).toEqual(['taken']);
    expect((await daemon('recordings')).answer).toMatchObject(refusedBy(first.pid));
  },
);

test.skipIf(!isRoot)(
  'a daemon of root keeps out those of others, and one of the owner of the folder that of root (needs root)',
  async () => {
    const first = await daemon('recordings');
    expect((await daemon('recordings', nobody)).answer).toMatchObject(refusedBy(first.pid));
    const theirs = join(folder, 'theirs');
    mkdirSync(theirs);
    chownSync(theirs, nobody, nobody);
    const owner = await daemon('theirs', nobody);
    expect(owner.answer).toEqual({ ok: true });
    expect((await daemon('theirs')).answer).toMatchObject(refusedBy(owner.pid));
  },
);

test.for(['20', '22', '24'])(
  'a daemon with Node %s and one with this Node do not share a folder',
  { timeout: patiently(280_000) },
  async (major, context) => {
    const { node } = await officialNode(major, nodes, context);
    const first = await daemon('recordings', undefined, node);
    expect(first.answer).toEqual({ ok: true });
    expect((await daemon('recordings')).answer).toMatchObject(refusedBy(first.pid));
    await end(first.child);
    const mine = await daemon('recordings');
    expect((await daemon('recordings', undefined, node)).answer).toMatchObject(refusedBy(mine.pid));
  },
);
