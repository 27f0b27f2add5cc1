#!/usr/bin/env node
// Lives simulated lives of a rig: scripts/simulate.mjs [seed] [lives]. One life is told as a story; of several the first
// that breaks a promise is.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const seed = Number(process.argv[2] ?? 1);
const lives = Number(process.argv[3] ?? 1);
const outfile = join(tmpdir(), `rigdeck-simulate-${process.pid}.mjs`);
await build({
  entryPoints: [fileURLToPath(new URL('../test/simulation/simulate.ts', import.meta.url))],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
});
const { simulate, live, core } = await import(pathToFileURL(outfile).href);
rmSync(outfile);

const began = process.cpuUsage();
const told = lives === 1 ? live(core, seed, true) : simulate(seed, lives);
const seconds = (process.cpuUsage(began).user / 1e6).toFixed(1);
if (told !== null) process.stdout.write(`${told.story.join('\n')}\n`);
if (told?.broken) {
  process.stdout.write(`seed ${told.seed} broke a promise: ${told.broken}\n`);
  process.exitCode = 1;
} else process.stdout.write(`${lives} lives from seed ${seed}, nothing broken (${seconds} s)\n`);
