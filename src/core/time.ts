/** The instant of an input: `monoMs` orders and measures, `wallMs` is for people and files only. */
export type Now = { readonly monoMs: number; readonly wallMs: number };

/** When a wait is over: the instant it is due, and from when to when for people. Made once, so that it never jitters. */
export type Deadline = { readonly monoMs: number; readonly since: string; readonly at: string };

/** ISO-8601 UTC of a wall time in ms. */
export function iso(wallMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: turns a number into text and reads no clock
  return new Date(wallMs).toISOString();
}

export function deadlineIn(now: Now, ms: number): Deadline {
  return { monoMs: now.monoMs + ms, since: iso(now.wallMs), at: iso(now.wallMs + ms) };
}

/** Wall time in ms of an ISO-8601 instant that was checked at the border. */
export function instantOf(text: string): number {
  // biome-ignore lint/style/noRestrictedGlobals: turns text into a number and reads no clock
  return Date.parse(text);
}
