import type { ModuleState } from '../protocol/vocabulary.ts';

const moves: Readonly<Record<ModuleState, readonly ModuleState[]>> = {
  disabled: ['starting'],
  starting: ['idle', 'stopping', 'crashed', 'error'],
  idle: ['recording', 'stopping', 'crashed', 'error'],
  recording: ['paused', 'idle', 'stopping', 'crashed', 'error'],
  paused: ['recording', 'idle', 'stopping', 'crashed', 'error'],
  stopping: ['disabled', 'starting', 'crashed'],
  error: ['starting', 'idle', 'stopping', 'disabled', 'crashed'],
  crashed: ['starting', 'disabled'],
};

/** Whether a module may go from one published state to another in one change. The table is PRODUCT's state model. */
export function isLegalMove(from: ModuleState, to: ModuleState): boolean {
  return moves[from].includes(to);
}
