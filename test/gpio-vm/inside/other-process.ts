import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openLines } from '../../../src/gpio/backends/choose.ts';
import { LineError } from '../../../src/gpio/lines.ts';
import type { Backend, World } from './scenario.ts';

/** Holds button and lamp in a process of its own, lamp lit, until that is killed. */
export async function holdInProcess(world: World, backend: Backend) {
  const child = spawn(process.execPath, [...ownProgram, 'hold', backend, world.runDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  world.atEnd(kill);
  const ready = once(createInterface({ input: child.stdout }), 'line');
  await Promise.race([ready, closed.then(() => assert.fail('it ended before it was ready'))]);
  return { kill };
}

export type AsNobody = {
  readonly backend: string | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly remedy: string;
  } | null;
  /** The longest time in which no timer of that process could run. */
  readonly longestMs?: number;
};

/** Opens and watches a line as a user without any group. */
export async function asNobody(backend: Backend | 'auto'): Promise<AsNobody> {
  const [node, program] = readableForAll();
  const words = ['--reuid=65534', '--regid=65534', '--clear-groups', node, program];
  const { stdout, stderr } = spawnSync('setpriv', [...words, 'try', backend], { encoding: 'utf8' });
  if (stdout === '') throw new Error(`nothing was told: ${stderr}`);
  const told: AsNobody & { longestMs: number } = JSON.parse(stdout);
  const { longestMs, ...rest } = told;
  return backend === 'onoff' ? { ...rest, longestMs } : rest;
}

/** Node, this program and its packages where another user gets at them too: not below a closed home. */
function readableForAll(): [node: string, program: string] {
  const folder = '/run/for-all';
  const [node, program] = [join(folder, 'node'), join(folder, 'program.mjs')];
  if (existsSync(folder)) return [node, program];
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  copyFileSync(ownProgram[0], program);
  writeFileSync(node, '');
  execFileSync('mount', ['--bind', process.execPath, node]);
  execFileSync('mount', ['--bind', 'node_modules', join(folder, 'node_modules')]);
  return [node, program];
}

/** This program, which does one of these when it is told so. */
const ownProgram = [process.argv[1] ?? ''] as const;

/** @returns whether this process was started for one of the above */
export async function doTheOther(): Promise<boolean> {
  const [, , what, backend, runDir] = process.argv;
  if (what !== 'hold' && what !== 'try') return false;
  const wish = backend === 'onoff' || backend === 'cdev' ? backend : 'auto';
  if (what === 'hold') await hold(wish, runDir ?? '');
  else await tryOnce(wish);
  return true;
}

async function hold(backend: Backend | 'auto', runDir: string): Promise<void> {
  const lines = await openLines({ backend, runDir });
  await lines.drive({ line: 27, consumer: 'rigdeck lamp', activeLow: false, level: 1 });
  await watchButton(lines);
  process.stdout.write('ready\n');
}

async function tryOnce(backend: Backend | 'auto'): Promise<void> {
  let last = performance.now();
  let longestMs = 0;
  const look = () => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  };
  const ticking = setInterval(look, 10);
  const told = await openLines({ backend, runDir: '/run/nobody' })
    .then(async (lines) => {
      last = performance.now();
      longestMs = 0;
      await watchButton(lines).finally(() => lines.close());
      return { backend: lines.backend, error: null };
    })
    .catch((error: unknown) => {
      if (!(error instanceof LineError)) throw error;
      const { code, message, remedy } = error;
      return { backend: null, error: { code, message, remedy } };
    });
  clearInterval(ticking);
  look();
  process.stdout.write(`${JSON.stringify({ ...told, longestMs })}\n`);
}

async function watchButton(lines: Awaited<ReturnType<typeof openLines>>): Promise<void> {
  const wish = { line: 17, consumer: 'rigdeck record', bias: 'down', activeLow: false } as const;
  await lines.watch(
    { ...wish, filterMs: 0 },
    () => {},
    () => {},
  );
}
