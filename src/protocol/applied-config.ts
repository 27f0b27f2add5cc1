/** What taking over a changed rig.yaml does, or would do. Names are those of modules. */
export type AppliedConfig = {
  /** The rig.yaml, absolute. */
  readonly file: string;
  readonly added: readonly string[];
  readonly changed: readonly AppliedChange[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
  /** Settings of the rig that hold at once, as they are called in rig.yaml: `rig.segment`, `hooks`. */
  readonly settings: readonly string[];
  /** Settings that hold when a daemon begins: `gpio`, `rig.recordings`. */
  readonly waiting: readonly string[];
  /** Modules that are wished otherwise than their `enabled:` says: the wish holds, the file is for the next fresh start. */
  readonly wished: readonly { readonly module: string; readonly desired: 'off' | 'on' }[];
};

export type AppliedChange = {
  readonly module: string;
  /** What is another than before, in a few words each: `rate: 20 -> 50`, `stopTimeout`. */
  readonly what: readonly string[];
  /** Its process has to be another one for that. */
  readonly startsAnew: boolean;
};

/**
 * What it did, a line each: `changed   mic: rate: 20 -> 50`.
 *
 * @param values of options, among which may be a password: `kept-back` where everybody reads it
 */
export function sayApplied(
  applied: AppliedConfig | undefined,
  values: 'told' | 'kept-back',
): string[] {
  if (applied === undefined) return [];
  const { added, changed, removed, unchanged, settings, waiting, wished } = applied;
  const list = (word: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${word.padEnd(9)} ${names.join(', ')}`];
  const say = (words: string) => (values === 'told' ? words : words.replace(/: .*/s, ''));
  const changes = changed.flatMap(({ module, what, startsAnew }) =>
    list('changed', [
      `${module}: ${what.map(say).join(', ')}${startsAnew ? '' : ' (without a restart)'}`,
    ]),
  );
  return [
    ...list('added', added),
    ...changes,
    ...list('removed', removed),
    ...list('unchanged', unchanged),
    ...list('settings', settings),
    ...list(
      'waiting',
      waiting.map((name) => {
        const isMoved = name === 'rig.recordings';
        return `${name} (until ${isMoved ? 'no session is open and ' : ''}a daemon begins)`;
      }),
    ),
    ...wished.map(({ module, desired }) => {
      const verb = desired === 'on' ? 'disable' : 'enable';
      return `note      ${module} stays ${desired}: \`enabled:\` is for the next fresh start; now: rigdeck ${verb} ${module}`;
    }),
  ];
}
