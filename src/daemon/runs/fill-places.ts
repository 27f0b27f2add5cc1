/** What stands for `{dir}`, `{module}` and so on in the command of an ordinary program. */
export type Places = {
  readonly dir: string;
  readonly module: string;
  /** Id of the session. */
  readonly session: string;
  readonly trial: number;
  readonly segment: number;
  readonly prefix: string;
};

/** Replaces the places in one word of a command. Other braces stay; what was put in is not looked at again. */
export function fillPlaces(word: string, places: Places): string {
  return word.replace(/\{(dir|module|session|trial|segment|prefix)\}/g, (whole, place: string) => {
    switch (place) {
      case 'dir':
        return places.dir;
      case 'module':
        return places.module;
      case 'session':
        return places.session;
      case 'trial':
        return String(places.trial);
      case 'segment':
        // So that `{module}_{segment}` is the prefix, and the rig finds the file by its name.
        return `s${String(places.segment).padStart(3, '0')}`;
      case 'prefix':
        return places.prefix;
      default:
        return whole;
    }
  });
}
