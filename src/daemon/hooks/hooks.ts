import { isDeepStrictEqual } from 'node:util';
import type { Fault } from '../../core/input.ts';
import type { HookEvent } from '../../protocol/hook-event.ts';
import type { Change } from '../../protocol/snapshot.ts';
import type { ResolvedHook } from '../config/load-config.ts';
import { loadExeca } from '../load-execa.ts';
import { eventsOf, type Seen, seenAfter } from './events-of.ts';
import { runHook } from './run-hook.ts';

export type HooksPort = {
  /** rig.yaml. */
  readonly file: string;
  /** A line for the journal. */
  event(name: string, module: string | null, message: string, data: unknown): void;
  fault(fault: Fault | null): void;
};

/** Events that wait for a hook which is slower than the rig; the oldest give way. */
const maxWaiting = 32;
/** When the daemon ends, a hook that runs may finish what it tells the world. */
const lastWordsMs = 3_000;

/** The commands of `hooks:`. Each runs once at a time, in the order of its events; the rig waits for none of them. */
export class Hooks {
  readonly #port: HooksPort;
  readonly #over = new AbortController();
  /** Also of hooks that are no more, until what they do is done. */
  #lanes: readonly Lane[] = [];
  #seen: Seen;

  /** @param seen what is true before the first change */
  constructor(port: HooksPort, hooks: readonly ResolvedHook[], seen: Seen) {
    this.#port = port;
    this.#seen = seen;
    this.configure(hooks, seen);
  }

  /** Other hooks from here on. Those that stay go on as they are; those that are no more finish what they have begun. */
  configure(hooks: readonly ResolvedHook[], seen: Seen): void {
    if (this.#lanes.length === 0) this.#seen = seen;
    const before = this.#lanes.filter(({ isOver }) => !isOver);
    const lanes = hooks.map(
      (hook) => before.find((lane) => isDeepStrictEqual(lane.hook, hook)) ?? newLane(hook),
    );
    const left = this.#lanes.filter((lane) => lane.work !== null && !lanes.includes(lane));
    for (const lane of left) lane.isOver = true;
    this.#lanes = [...lanes, ...left];
    // Here already: amid an update a hook runs although the files of the program are away. If they are now, the hook itself says so.
    if (lanes.length > 0) void loadExeca().catch(() => undefined);
  }

  /** To be told of every change, in order. */
  follow(change: Change): void {
    if (this.#lanes.length === 0) return;
    const before = this.#seen;
    this.#seen = seenAfter(before, change);
    for (const event of eventsOf(before, change)) {
      for (const lane of this.#lanes)
        if (!lane.isOver && lane.hook.on.includes(event.event)) this.#add(lane, event);
    }
  }

  /** Gives hooks that run a moment, then ends them. Nothing new is run. */
  async close(): Promise<void> {
    const busy = this.#lanes.flatMap(({ work }) => (work === null ? [] : [work]));
    if (busy.length === 0) return;
    const late = setTimeout(() => this.#over.abort(), lastWordsMs);
    await Promise.all(busy);
    clearTimeout(late);
  }

  #add(lane: Lane, event: HookEvent): void {
    lane.waiting.push(event);
    if (lane.waiting.length > maxWaiting) {
      lane.waiting.shift();
      lane.dropped += 1;
    }
    lane.work ??= this.#work(lane).finally(() => {
      lane.work = null;
    });
  }

  async #work(lane: Lane): Promise<void> {
    for (;;) {
      const event = lane.waiting.shift();
      if (event === undefined || this.#over.signal.aborted) return;
      await this.#run(lane, event);
    }
  }

  async #run(lane: Lane, event: HookEvent): Promise<void> {
    const { hook } = lane;
    const end = await runHook(hook, event, this.#port.file, this.#over.signal);
    const name = hook.command.join(' ');
    const how = end.fault ?? 'done';
    const dropped = lane.dropped;
    lane.dropped = 0;
    this.#port.event('hook', event.module, `${name} on ${event.event}: ${how}`, {
      event: event.event,
      seq: event.seq,
      ...end,
      dropped,
    });
    const fault = faultOf(name, event, end.fault, dropped);
    if (fault !== null || lane.hasFailed) this.#port.fault(fault);
    lane.hasFailed = fault !== null;
  }
}

type Lane = {
  readonly hook: ResolvedHook;
  readonly waiting: HookEvent[];
  dropped: number;
  hasFailed: boolean;
  work: Promise<void> | null;
  /** rig.yaml does not name it any more. */
  isOver: boolean;
};

function newLane(hook: ResolvedHook): Lane {
  return { hook, waiting: [], dropped: 0, hasFailed: false, work: null, isOver: false };
}

function faultOf(name: string, { event }: HookEvent, fault: string | null, dropped: number) {
  if (fault === null && dropped === 0) return null;
  const what = fault ?? `it is too slow: ${dropped} events were passed over`;
  return {
    code: 'hook',
    message: `The hook ${name} failed on ${event}: ${what}.`,
    remedy: 'What it printed is in rigdeck history; correct it under hooks: in rig.yaml.',
  } as const satisfies Fault;
}
