#!/usr/bin/env node
import { runProgram } from './cli/program.ts';

// `rigdeck watch | head`: who reads has seen enough. A terminal that is gone says EIO, and a SIGHUP that it is gone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  if (error.code !== 'EIO') throw error;
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
});

// Writes to terminals, files and pipes are complete when they return (on Linux), so nothing is cut off here.
process.exit(await runProgram(process.argv.slice(2)));
