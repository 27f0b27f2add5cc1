import type { ProblemCode } from '../protocol/problem.ts';
import type { Health, ModulePhase, ModuleState } from '../protocol/vocabulary.ts';
import { assertNever } from './assert.ts';
import { isWanted } from './ladder.ts';
import type { Life, Module, Rung } from './state.ts';
import type { Take } from './take-state.ts';
import type { Deadline } from './time.ts';

/** What is published of a module, derived from its life and its take; nothing here is stored twice. */

export function stateOf(module: Module): ModuleState {
  const { life } = module;
  switch (life.name) {
    case 'off':
      return 'disabled';
    case 'waiting':
      return life.leaving === null ? 'starting' : 'stopping';
    case 'starting':
      return 'starting';
    case 'up':
      return life.ending === null || life.ending === 'error' ? takeState(life.take) : 'stopping';
    case 'stopping':
      // A start that took too long is still a start, as long as it is wanted: it was never anything else.
      return life.why === 'start-timeout' && isWanted(module) ? 'starting' : 'stopping';
    case 'error':
    case 'failed':
      return 'error';
    case 'crashed':
      return 'crashed';
    default:
      return assertNever(life);
  }
}

function takeState(take: Take): ModuleState {
  switch (take.name) {
    case 'idle':
    case 'arming':
    case 'armed':
    case 'going':
      return 'idle';
    case 'recording':
    case 'splitting':
    case 'pausing':
      return 'recording';
    case 'paused':
    case 'resuming':
      return 'paused';
    case 'finishing':
      return take.recorded === 'confirmed' ? 'recording' : 'idle';
    default:
      return assertNever(take);
  }
}

type Stage = { readonly phase: ModulePhase | null; readonly until: Deadline | null };
const nothing: Stage = { phase: null, until: null };

const rungPhases: Readonly<Record<Rung, ModulePhase>> = {
  quit: 'quitting',
  SIGINT: 'SIGINT',
  SIGTERM: 'SIGTERM',
  SIGKILL: 'SIGKILL',
  immortal: 'SIGKILL',
};

export function stageOf(life: Life): Stage {
  switch (life.name) {
    case 'waiting':
      return life.leaving === null ? { phase: 'waiting', until: null } : nothing;
    case 'starting':
      return { phase: life.pid === null ? 'spawning' : 'probing', until: life.deadline };
    case 'up':
      return takeStage(life.take);
    case 'stopping':
      if (life.why === 'start-timeout') return { phase: 'terminating', until: life.deadline };
      return { phase: rungPhases[life.rung], until: life.deadline };
    case 'crashed':
      return life.retry === null ? nothing : { phase: 'backoff', until: life.retry };
    default:
      return nothing;
  }
}

function takeStage(take: Take): Stage {
  switch (take.name) {
    case 'idle':
    case 'paused':
      return nothing;
    case 'armed':
      return { phase: 'armed', until: null };
    case 'recording':
      return { phase: take.proven ? null : 'proving', until: null };
    case 'finishing':
      return { phase: 'finalizing', until: take.deadline };
    case 'arming':
    case 'going':
    case 'splitting':
    case 'pausing':
    case 'resuming':
      return { phase: take.name, until: take.deadline };
    default:
      return assertNever(take);
  }
}

/** It lives and may record, but not as it should. */
const ailments: readonly ProblemCode[] = ['reported', 'not-split', 'taken'];

export function healthOf(module: Module): Health {
  const { life, watch } = module;
  if (life.name !== 'up' && life.name !== 'error') return 'unknown';
  if (module.unresponsive !== 'no') return 'unresponsive';
  if (life.name === 'error') return 'degraded';
  const records = 'proven' in life.take;
  if (records && watch.verdict === 'stalled') return 'stalled';
  const ails = module.problems.some(({ code }) => ailments.includes(code));
  if ((records && watch.verdict === 'unflushed') || ails) return 'degraded';
  if ('proven' in life.take && !life.take.proven) return 'unknown';
  return 'ok';
}
