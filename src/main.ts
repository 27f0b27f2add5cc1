import { farCommand, hearFarHost } from './cli/far-host.ts';
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

hearFarHost(process.env);
const exitCode = await run(obeyLifeline(process.argv.slice(2)));
await Promise.all([process.stdout, process.stderr].map(written));
process.exit(exitCode);

/** A pipe holds 64 KiB (pipe(7)); what its reader has not made room for yet is still ours, and would be cut off. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
}

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
