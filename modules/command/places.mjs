/**
 * Puts in what stands for `{dir}`, `{module}`, `{session}`, `{trial}`, `{segment}` and `{prefix}`, as in `record.command` of
 * rig.yaml. Other braces stay.
 *
 * @param {string} word
 * @param {{ dir: string, module: string, session: string, trial: number, segment: number, prefix: string }} places
 */
export function fillPlaces(word, { dir, module, session, trial, segment, prefix }) {
  /** @type {Record<string, string>} */
  const known = {
    ...{ dir, module, session, prefix, trial: String(trial) },
    segment: `s${String(segment).padStart(3, '0')}`,
  };
  return word.replace(/\{([a-z]+)\}/g, (whole, place) => known[place] ?? whole);
}
