/** How a process ended. Exactly one of `code` and `signal` is set; both are null when nobody could tell. */
export type Exit = { readonly code: number | null; readonly signal: string | null };

/**
 * What is wrong with a module, the rig or this machine.
 *
 * The world's faults, as values: shown to people with what to do about them, never thrown.
 */
export type ProblemCode =
  // A module
  | 'exited' //            it ended while it was wanted (code 0 included)
  | 'start-timeout' //     it did not say ready in time
  | 'bad-configuration' // exit 78: trying again cures nothing
  | 'cannot-start' //      its program could not be started at all
  | 'reported' //          it said `error` itself
  | 'stalled' //           recording without evidence
  | 'unflushed' //         counters rise while files stand still
  | 'unresponsive' //      two pings lost, or its command queue is full
  | 'not-armed' //         it did not arm in time
  | 'not-stopped' //       it did not finish its files in time and was ended
  | 'flood' //             it prints or reports more than the rig can keep
  | 'bad-lines' //         lines that are too long, no JSON or of a wrong shape
  | 'gauge' //         a gauge stands at its warn level, or it takes more than its `limits:`
  | 'no-record' //         it was asked to record, pause or resume and did not confirm in time
  | 'options-old' //       it goes on with the options it was started with, and rig.yaml has others: a notice
  | 'not-split' //         it did not go on in the file of a new segment
  | 'taken' //             a file that it records shrank, was deleted or replaced
  // The rig and this machine
  | 'recordings-folder' // the recordings folder cannot be used
  | 'not-alone' //         whether another daemon records to the same folder cannot be told
  | 'low-space' //         soon below `minFree`, or too few inodes
  | 'not-mounted' //       the disk that was recorded to is gone, or is none of its own
  | 'read-only' //         the recordings disk takes no writes
  | 'disk-fails' //        it does not answer, or reports errors
  | 'clock-stepped' //     a clock that was right until then was set while a trial was recorded
  | 'under-voltage' //     the power supply is too weak
  | 'too-hot' //           it is slowed down by heat
  | 'oom' //               memory ran out, and the kernel ended a program
  | 'state-folder' //      state, journal or recovery file cannot be written
  | 'run-folder' //        the run dir cannot be used or is full
  | 'damaged-file' //      a saved file was set aside
  | 'preference' //        `enabled:` could not be written back to rig.yaml
  | 'config-changed' //    rig.yaml says something else than what is in force: a notice, nothing is wrong with the rig
  | 'manifest' //          session.json or events.jsonl could not be written
  | 'verdict' //           a recorded file is empty or bad
  | 'stray' //           a module runs on that rig.yaml does not name any more
  | 'nothing-records' // the rig shall record, but every module is switched off
  | 'start-refused' //     a start that nobody watched (autostart, schedule) could not go
  | 'gpio' //           a line of the panel, or all of them, cannot be used
  | 'button' //         a button is stuck or chatters, and is ignored until it is quiet; a switch stands on record in vain
  | 'hook'
  | 'shutdown';

/** A problem as it is published. Times are ISO-8601 UTC; `message` says what happened, `remedy` what to do. */
export type Problem = {
  readonly code: ProblemCode;
  readonly message: string;
  readonly remedy: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly acknowledged?: boolean;
  readonly exit?: Exit & { readonly lastWords: readonly string[] };
};

/** Why an intent was not taken. `reason` is the word programs test for, `message` the sentence people read. */
export type Refusal = {
  readonly reason: RefusalReason;
  readonly message: string;
  readonly remedy: string | null;
};

export type RefusalReason =
  | 'no-such-module'
  | 'no-such-problem'
  | 'no-such-session'
  | 'bad-intent'
  | 'bad-configuration' // rig.yaml has faults: nothing of it is taken over
  | 'stale' //        what the intent is about changed since its sender looked
  | 'too-late' //     a press older than two seconds
  | 'view-only'
  | 'shutting-down'
  | 'switched-off' // a module that is off is neither restarted nor retried
  | 'nothing-to-record' // no module is wanted
  | 'not-armed' //    a required module did not arm
  | 'not-ready' //    a required module is in error, so that a start cannot succeed
  | 'cannot-pause'
  | 'not-recording'
  | 'recording' //    refused because the rig records
  | 'called-off' //   somebody stopped what this intent had begun
  | 'low-space'
  | 'not-mounted' //  the recordings disk is not there, and nothing may land on the one beneath
  | 'recordings-folder'
  | 'deadline' //     not reached in time; rolled back
  | 'no-such-line'
  | 'not-simulated' //   only a simulated button can be pressed by a command
  | 'press-refused' //   a button asks for what cannot be now
  | 'cannot-power-off' // the command that switches the machine off is not there
  | 'too-large' //    not looked into beside a working rig
  | 'unreadable' //   the disk does not give it, or it is none
  | 'busy' //         too many intents wait already
  | 'crashed';
