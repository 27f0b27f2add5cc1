import type { Manifest, ManifestGap } from '../../protocol/manifest.ts';

/** The gaps of a manifest: when a module recorded nothing, and why. Every word of them may come twice. */

/** The gap of a module that has no end yet. */
export function openGap(manifest: Manifest, module: string): ManifestGap | undefined {
  return manifest.gaps.findLast((gap) => gap.module === module && gap.to === null);
}

/**
 * Takes a gap of a module: a new one, or the end of one that is known by its beginning. Of two that overlap, the earlier ends
 * where the later begins.
 */
export function addGap(
  manifest: Manifest,
  { module, from, to, cause }: Omit<ManifestGap, 'module'> & { readonly module: string },
): void {
  const isKnown = (gap: ManifestGap) =>
    gap.module === module && (gap.from === from || (to !== null && gap.to === to));
  const known = manifest.gaps.find(isKnown);
  if (known !== undefined) {
    known.to ??= to;
    return;
  }
  const open = openGap(manifest, module);
  if (open !== undefined && open.from <= (to ?? from)) {
    open.to = to ?? from;
    if (to !== null) return;
  }
  manifest.gaps.push({ from, to, module, cause });
}

/** Everybody pauses, but for those that cannot. */
export function beginPause({ gaps }: Manifest, at: string, except: readonly string[]): void {
  if (gaps.some((gap) => isPause(gap) && gap.from === at)) return;
  const pause = { from: at, to: null, module: null };
  if (except.length === 0) gaps.push({ ...pause, cause: 'paused' });
  else
    gaps.push({
      ...pause,
      cause: `paused (${except.join(', ')} recorded on)`,
      except: [...except],
    });
}

/** Everybody goes on. */
export function endPause({ gaps }: Manifest, at: string): void {
  const open = gaps.findLast((gap) => gap.module === null && gap.to === null);
  if (open !== undefined && open.from <= at) open.to = at;
}

/** A time in which nobody was to record, or only those that cannot pause. */
export function isPause({ module }: ManifestGap): boolean {
  return module === null;
}

/** Whether a gap is a pause in which this module did not record. */
export function isPauseOf(gap: ManifestGap, module: string): boolean {
  return isPause(gap) && gap.except?.includes(module) !== true;
}

/** Nobody is missing from a trial that has ended. */
export function endGaps({ gaps }: Manifest, at: string): void {
  for (const gap of gaps) {
    // One that begins after the last byte of a trial that was interrupted has no length.
    if (gap.to === null) gap.to = gap.from <= at ? at : gap.from;
  }
}
