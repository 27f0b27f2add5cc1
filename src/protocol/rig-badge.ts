import type { Badge } from './badge.ts';
import { isUnproven, lookOf, looks } from './badge.ts';
import type { ModuleRecord, Snapshot } from './snapshot.ts';
import { rigStatuses } from './vocabulary.ts';

/**
 * The badge of the whole rig.
 *
 * Plain `REC` needs evidence from every required module, as with a module's own badge: `REC ...` until the first has come,
 * `REC?` where it is missing, `REC !` where it lands but something else is wrong.
 */
export function rigBadge(snapshot: Snapshot): Badge {
  const { state, status } = snapshot.rig;
  if (state === 'recording') return recordingBadge(snapshot);
  if (state === 'arming') return { look: looks.starting, text: 'ARMING' };
  if (state === 'stopping') return { look: looks.stopping, text: 'STOPPING' };
  if (state === 'paused') return { look: looks.paused, text: 'PAUSED' };
  if (state !== 'idle') return oddBadge(state);
  if (status === 'error') return { look: looks.error, text: 'ERROR' };
  if (status === 'degraded') return { look: looks.error, text: 'DEGRADED' };
  if (status === 'starting') return { look: looks.starting, text: 'STARTING' };
  if (status === 'off') return { look: looks.disabled, text: 'OFF' };
  if (!rigStatuses.includes(status)) return oddBadge(status);
  return { look: looks.idle, text: 'IDLE' };
}

// A word of a later version.
function oddBadge(word: string): Badge {
  const look = lookOf(word);
  return { look, text: look.word };
}

function recordingBadge({ rig, modules }: Snapshot): Badge {
  const required = requiredModules(Object.values(modules));
  if (!required.every(records)) return { look: looks.stalled, text: 'REC?' };
  if (required.some(isUnproven)) {
    return { look: looks.recording, text: 'REC ...' };
  }
  // Also where what counts rises and the files stand still: that is no evidence.
  const isWell = rig.status === 'recording' && required.every(({ health }) => health === 'ok');
  return { look: looks.recording, text: isWell ? 'REC' : 'REC !' };
}

// If none of the wanted modules is required, all count as required.
function requiredModules(modules: readonly ModuleRecord[]): readonly ModuleRecord[] {
  const wanted = modules.filter(({ desired }) => desired === 'on');
  const required = wanted.filter((module) => module.required);
  return required.length > 0 ? required : wanted;
}

function records({ state, health }: ModuleRecord): boolean {
  return state === 'recording' && health !== 'stalled' && health !== 'unresponsive';
}
