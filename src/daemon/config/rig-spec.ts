import type { RigSpec } from '../../core/spec.ts';
import type { LoadedConfig } from './load-config.ts';

/** What the core needs to know of a configuration. */
export function rigSpec({ config: { rig }, modules }: LoadedConfig): RigSpec {
  return {
    name: rig.name,
    onMissingModule: rig.onMissingModule,
    autostart: rig.autostart,
    segmentMs: rig.segment,
    segmentWithGap: rig.segmentWithGap,
    modules: Object.fromEntries(Object.entries(modules).map(([name, { spec }]) => [name, spec])),
  };
}
