import { farCommand } from './cli/far-host.ts';
import { obeyLifeline } from './cli/lifeline.ts';
import { quickQuestion } from './cli/quick-question.ts';
import { asFailure, tellFailure } from './cli/tell-failure.ts';

// `rigdeck watch | head`: who reads has seen enough. A terminal that is gone says EIO, and a SIGHUP that it is gone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  if (error.code !== 'EIO') throw error;
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
});

// Writes to terminals, files and pipes are complete when they return (on Linux), so nothing is cut off here.
process.exit(await run(obeyLifeline(process.argv.slice(2))));

async function run(words: readonly string[]): Promise<number> {
  const question = farCommand(words) ?? quickQuestion(words);
  if (question === null) return (await import('./cli/program.ts')).runProgram(words);
  try {
    return await question();
  } catch (error) {
    const failure = asFailure(error);
    tellFailure(failure, words.includes('--json'));
    return failure.exitCode;
  }
}
