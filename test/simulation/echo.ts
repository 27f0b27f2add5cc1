import type { Input, Said } from '../../src/core/input.ts';
import { own } from '../../src/core/own.ts';
import type { Ground } from './ground.ts';
import type { SimProcess } from './sim-process.ts';

const at = '2026-11-22T00:00:00.000Z';
const hot = { code: 'hot', message: 'hot', remedy: null, recoverable: true } as const;
const words: readonly Said[] = [
  { is: 'ready', version: '1', can: ['arm', 'pause'] },
  { is: 'paused' },
  { is: 'armed', files: [] },
  { is: 'idle', files: [] },
  { is: 'recording', files: [], firstSampleMonoNs: null, segment: null },
  { is: 'finalizing', etaMs: null },
  { is: 'error', ...hot },
];

/** The answer to a split that was heard already. */
function splitAgain(segment: number | null): Said {
  return { is: 'recording', files: [], firstSampleMonoNs: null, segment: segment ?? 1 };
}

/** Those who listen to modules tell everything once; a rig that is told late, or twice, must not stumble. */
export function echo(ground: Ground, process: SimProcess): void {
  const { module, run, alive, heard } = process;
  const state = own(ground.daemon?.manager.state().modules ?? {}, module);
  if (state?.runs !== run) return;
  if (run > 1 && ground.prng.chance(0.2)) return ofEarlierRun(ground, module, run - 1);
  const isOver = ['off', 'waiting', 'failed', 'crashed'].includes(state.life.name);
  // What a process never did cannot be told twice.
  if (!isOver && !(alive && heard.ready)) return;
  const of = { module, run };
  const news: Input[] = [
    { ...of, type: 'spawned', pid: 7 },
    { ...of, type: 'queue-full' },
    { ...of, type: 'queue-drained' },
    ...[...words, splitAgain(heard.segment)].map((said): Input => ({ ...of, type: 'said', said })),
  ];
  const ends: Input[] = [
    { ...of, type: 'spawn-failed', message: 'It is not there.', remedy: 'Look.', transient: true },
    { ...of, type: 'exited', exit: { code: 0, signal: null }, lastWords: [], at },
  ];
  ground.input(ground.prng.pick(isOver ? [...news, ...ends] : news), 'echo');
}

/** History: whatever it says, it is not about the run that lives now. */
function ofEarlierRun({ prng, input }: Ground, module: string, run: number): void {
  const exit = { code: 1, signal: null };
  input(
    prng.pick<Input>([
      { module, run, type: 'exited', exit, lastWords: [], at },
      {
        module,
        run,
        type: 'spawn-failed',
        message: 'It was not there.',
        remedy: 'Look.',
        transient: true,
      },
      { module, run, type: 'said', said: prng.pick(words) },
    ]),
    'echo',
  );
}
