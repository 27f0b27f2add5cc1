import type { LedRecord } from '../protocol/gpio-record.ts';
import { levelAt, type Rhythm, type Show, showEndMs } from '../protocol/rhythm.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import type { Level } from './lines.ts';
import { type LedConfig, litUntilMs, rhythmOf } from './pattern.ts';

export type LampsPort = {
  readonly leds: readonly LedConfig[];
  write(led: string, level: Level): void;
};

type Lamp = {
  readonly led: LedConfig;
  rhythm: Rhythm;
  level: Level;
  nextMs: number | null;
  /** Whether it says its rhythm: neither dark until a button is pressed, nor tried out. */
  says: boolean;
};

/** All LEDs: what each says, and the one instant at which the next of them changes. */
export class Lamps {
  readonly #port: LampsPort;
  readonly #lamps: ReadonlyMap<string, Lamp>;
  /** Those that answer a finger: the ones that show the rig, else all. */
  readonly #answering: ReadonlySet<Lamp>;
  /** What counts under each finger that is down, by button. */
  readonly #holds = new Map<string, Extract<Show, { readonly is: 'holding' }>>();
  #answer: Show | null = null;
  #wokenMs: number | null = null;
  /** By hand, while they are tried out. */
  #hand: ReadonlySet<string> | null = null;
  #isEnding = false;

  constructor(port: LampsPort) {
    this.#port = port;
    const lamps = port.leds.map(
      (led): Lamp => ({
        led,
        rhythm: 'off',
        level: 0,
        nextMs: null,
        says: false,
      }),
    );
    this.#lamps = new Map(lamps.map((lamp) => [lamp.led.name, lamp]));
    const ofRig = lamps.filter(({ led }) => led.shows === 'rig');
    this.#answering = new Set(ofRig.length === 0 ? lamps : ofRig);
  }

  /** When `ring` is to be called, CLOCK_MONOTONIC in ms; null: nothing changes by itself. */
  get nextMs(): number | null {
    const dues = [...this.#lamps.values()].flatMap(({ nextMs }) => nextMs ?? []);
    return dues.length === 0 ? null : Math.min(...dues);
  }

  /** What the LED does, as far as it can be told beforehand. */
  lightOf(led: LedConfig): Pick<LedRecord, 'rhythm' | 'show' | 'litUntilMs'> {
    const lamp = this.#lamps.get(led.name);
    const show = lamp !== undefined && this.#answering.has(lamp) ? this.#show() : null;
    const litMs = litUntilMs(led, this.#wokenMs);
    return {
      rhythm: lamp?.rhythm ?? 'off',
      show,
      litUntilMs: litMs === null ? null : Math.max(0, litMs),
    };
  }

  levelOf(led: string): Level {
    return this.#lamps.get(led)?.level ?? 0;
  }

  /** The rhythm that it is driven in now; null where it is dark until a button is pressed, or tried out. */
  rhythmNow(led: string): Rhythm | null {
    const lamp = this.#lamps.get(led);
    return lamp?.says === true ? lamp.rhythm : null;
  }

  /** The answer to a finger that it shows instead; null where it shows none. */
  showNow(led: string): Show['is'] | null {
    const lamp = this.#lamps.get(led);
    const answers = lamp?.says === true && this.#answering.has(lamp);
    return answers ? (this.#show()?.is ?? null) : null;
  }

  /**
   * The rig is like this now.
   *
   * @param isUnmet a switch stands on record, and nothing is recorded: who has only that and the light must not believe it
   */
  follow(snapshot: Snapshot, isUnmet: boolean): void {
    for (const lamp of this.#lamps.values()) {
      const isStopping = this.#isEnding && this.#answering.has(lamp);
      const rhythm = isStopping ? 'busy' : rhythmOf(lamp.led.shows, snapshot);
      const isCalm = rhythm === 'idle' && lamp.led.shows === 'rig';
      lamp.rhythm = isUnmet && isCalm ? 'trouble' : rhythm;
    }
  }

  /** From now on those that show the rig say that it is busy, whatever is left of it. */
  end(): void {
    this.#isEnding = true;
    this.#sayNothing();
  }

  /** Answers a finger for a moment. Dark ones are lit again for it: an answer may come late. */
  answer(show: Show): void {
    this.#answer = show;
    this.wake(show.sinceMs);
  }

  /** A finger moved something: dark ones are lit for a while. */
  wake(atMs: number): void {
    this.#wokenMs = Math.max(atMs, this.#wokenMs ?? atMs);
  }

  /** A finger is down on this button, and its hold counts. */
  counts(button: string, sinceMs: number, untilMs: number): void {
    this.#answer = null;
    this.#holds.set(button, { is: 'holding', sinceMs, untilMs });
  }

  /** It counts no more. */
  countsNoMore(button: string): void {
    this.#holds.delete(button);
  }

  /** These are lit and no others, until null gives them back to the rig. */
  byHand(lit: ReadonlySet<string> | null): void {
    if (this.#hand === null) this.#sayNothing(); // a hold that counted does not any more
    this.#hand = lit;
  }

  /** Brings all of them to what they are at this instant. Gives whether a hold is shown again, because an answer is over. */
  ring(nowMs: number): boolean {
    const before = this.#show();
    this.#forgetPast(nowMs);
    const show = this.#show();
    for (const lamp of this.#lamps.values()) {
      lamp.says = this.#says(lamp, nowMs);
      const { level, nextChangeMs } = this.#at(lamp, nowMs);
      lamp.nextMs = nextChangeMs;
      if (level === lamp.level) continue;
      lamp.level = level;
      this.#port.write(lamp.led.name, level);
    }
    return show !== before && show !== null;
  }

  #at(lamp: Lamp, nowMs: number): ReturnType<typeof levelAt> {
    const isByHand = this.#hand?.has(lamp.led.name) === true;
    const show = this.#answering.has(lamp) ? this.#show() : null;
    // Who presses while they are tried out is told that nothing is done.
    const isAnswer = this.#hand !== null && show !== null;
    if (!lamp.says && !isAnswer) return { level: isByHand ? 1 : 0, nextChangeMs: null };
    return levelAt(lamp.rhythm, show, nowMs);
  }

  #says({ led }: Lamp, nowMs: number): boolean {
    const untilMs = litUntilMs(led, this.#wokenMs);
    return this.#hand === null && (untilMs === null || nowMs < untilMs);
  }

  /** An answer, else the hold that is reached last. */
  #show(): Show | null {
    if (this.#answer !== null) return this.#answer;
    const holds = [...this.#holds.values()];
    const lastMs = Math.max(...holds.map(({ untilMs }) => untilMs));
    return holds.find(({ untilMs }) => untilMs === lastMs) ?? null;
  }

  #sayNothing(): void {
    this.#answer = null;
    this.#holds.clear();
  }

  #forgetPast(nowMs: number): void {
    if (this.#answer !== null && nowMs >= showEndMs(this.#answer)) this.#answer = null;
    for (const [button, hold] of this.#holds)
      if (nowMs >= showEndMs(hold)) this.#holds.delete(button);
  }
}
