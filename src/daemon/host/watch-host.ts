import type { RigState } from '../../core/state.ts';
import type { Recordings } from '../recordings/recordings.ts';
import type { Rigdeck } from '../rigdeck.ts';
import { Complaints } from './complaints.ts';
import { Host } from './host.ts';
import type { Machine } from './machine.ts';

/** Who asks for a stop that the disk demands; `minFree` and `requireMount` are rules that a person wrote. */
const storageActor = 'storage';

export type WatchedRig = {
  readonly machine: Machine;
  readonly rig: Rigdeck;
  readonly recordings: Recordings;
  state(): RigState;
  recordedBytes(): number;
};

/** Joins this machine to the rig: its problems become the rig's, and a disk that is nearly full or gone ends the recording. */
export function watchHost({ machine, rig, recordings, state, recordedBytes }: WatchedRig): Host {
  const complaints = new Complaints({
    raise: (fault) => rig.fault(null, fault),
    over: (code) => rig.fault(null, code),
    isShown: (code) => state().problems.some((problem) => problem.code === code),
  });
  return new Host({
    ...machine,
    complaints,
    state,
    recordedBytes,
    stamp: () => recordings.stamp(),
    stop: (why) => {
      rig.event('storage-stop', null, why.message);
      recordings.endEarly(why);
      void rig.submit({ kind: 'record.stop' }, { actor: storageActor });
    },
  });
}
