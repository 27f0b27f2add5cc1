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

/** Everybody pauses. */
export function beginPause({ gaps }: Manifest, at: string): void {
  const isKnown = gaps.some((gap) => isPause(gap) && gap.from === at);
  if (!isKnown) gaps.push({ from: at, to: null, module: null, cause: 'paused' });
}

/** Everybody goes on. */
export function endPause({ gaps }: Manifest, at: string): void {
  const open = gaps.findLast((gap) => gap.module === null && gap.to === null);
  if (open !== undefined && open.from <= at) open.to = at;
}

/** A time in which nobody was to record. */
export function isPause({ module, cause }: ManifestGap): boolean {
  return module === null && cause === 'paused';
}

/** Nobody is missing from a trial that has ended. */
export function endGaps({ gaps }: Manifest, at: string): void {
  for (const gap of gaps) {
    // One that begins after the last byte of a trial that was interrupted has no length.
    if (gap.to === null) gap.to = gap.from <= at ? at : gap.from;
  }
}
