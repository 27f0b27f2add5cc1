import type { EvidenceLook, Said } from './input.ts';
import type { Deadline } from './time.ts';

/** What a module that is up is doing for a recording. */
export type Take =
  | { readonly name: 'idle' }
  | (InTrial & { readonly name: 'arming'; readonly deadline: Deadline })
  | (InTrial & { readonly name: 'armed'; readonly files: readonly string[] })
  | (InTrial & {
      readonly name: 'going';
      readonly deadline: Deadline;
      readonly files: readonly string[];
    })
  | (InTrial & { readonly name: 'recording'; readonly proven: boolean; readonly since: number })
  | (InTrial & {
      /** It records in its file, and was told to go on in that of segment `to`. */
      readonly name: 'splitting';
      readonly to: number;
      readonly deadline: Deadline;
      readonly proven: boolean;
      readonly since: number;
    })
  | (InTrial & { readonly name: 'pausing'; readonly deadline: Deadline; readonly proven: boolean })
  | (InTrial & { readonly name: 'paused'; readonly proven: boolean })
  | (InTrial & { readonly name: 'resuming'; readonly deadline: Deadline; readonly proven: boolean })
  | (InTrial & {
      readonly name: 'finishing';
      readonly deadline: Deadline;
      /** `never`: it was only armed and has something to let go. `unconfirmed`: it was told to go and did not say that it did. */
      readonly recorded: 'never' | 'unconfirmed' | 'confirmed';
      /** `next-segment`: it cannot split, and comes back at once in a new file. */
      readonly why: 'asked' | 'next-segment';
      /** When it was told to, ISO-8601: what it writes from then on was recorded before. */
      readonly askedAt: string;
      readonly etaMs: number | null;
      readonly bytes: number;
    });

export type InTrial = { readonly trial: number; readonly segment: number };

/** What the evidence says. Two bad looks raise, two good ones clear. */
export type Watch = {
  readonly verdict: 'unknown' | 'ok' | 'stalled' | 'unflushed';
  readonly bad: number;
  readonly good: number;
  readonly last: EvidenceLook['moved'];
};

/**
 * What a module that is up does for a recording.
 *
 * `arm` `go` `pause` `resume` `finish` come from the rig's recording, `split` and `reopen` (for one that cannot split) from its
 * segments; `armed` `recording` `paused` `moved` `idle` `finalizing` are what the module confirms; `deadline` when it did not in
 * time. Sent is not confirmed: only what the module says moves it on. A `finish` interrupts everything; nothing interrupts a
 * finish but the end of the process.
 */
export type TakeEvent =
  | { readonly type: 'arm'; readonly trial: number; readonly segment: number }
  | { readonly type: 'go'; readonly atMonoNs: string; readonly leadMs: number }
  | { readonly type: 'pause' | 'resume' | 'finish' | 'reopen' | 'deadline' | 'paused' }
  | {
      readonly type: 'split';
      readonly segment: number;
      readonly atMonoNs: string;
      readonly leadMs: number;
    }
  | { readonly type: 'armed'; readonly files: readonly string[] }
  | { readonly type: 'idle'; readonly files: readonly string[] }
  | { readonly type: 'recording'; readonly said: Extract<Said, { is: 'recording' }> }
  /** It records in the file of this segment now: the answer to a split, whenever it comes. */
  | {
      readonly type: 'moved';
      readonly segment: number;
      readonly said: Extract<Said, { is: 'recording' }>;
    }
  | { readonly type: 'finalizing'; readonly etaMs: number | null };
export type TakeName = Take['name'];
export type TakeOn<E extends TakeEvent['type']> = Extract<TakeEvent, { readonly type: E }>;
export type TakeIn<P extends TakeName> = Extract<Take, { readonly name: P }>;
