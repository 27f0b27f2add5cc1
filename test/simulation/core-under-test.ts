import { bootState } from '../../src/core/boot.ts';
import { lifeTable } from '../../src/core/life.ts';
import { recordingTable } from '../../src/core/recording.ts';
import { StateManager } from '../../src/core/state-manager.ts';
import { takeTable } from '../../src/core/take.ts';

/** The core as a world needs it. The planted bugs are worlds with another one. */
export type Core = {
  readonly bootState: typeof bootState;
  readonly StateManager: typeof StateManager;
  readonly lifeTable: typeof lifeTable;
  readonly takeTable: typeof takeTable;
  readonly recordingTable: typeof recordingTable;
};

export const core: Core = { bootState, StateManager, lifeTable, takeTable, recordingTable };
