#!/usr/bin/env node
import { runProgram } from './cli/program.ts';

// `rigdeck watch | head`: who reads has seen enough. Nobody reads complaints either, then; the daemon goes on all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Writes to terminals, files and pipes are complete when they return (on Linux), so nothing is cut off here.
process.exit(await runProgram(process.argv.slice(2)));
