import { clockTime } from '../protocol/local-time.ts';
import { toAscii } from '../protocol/theme.ts';
import type { Context } from './context.ts';
import { newLines, type SeenRig, type Topics, topicsOf, type Voice } from './line-words.ts';
import { print } from './output.ts';

/** Shows a rig as often as it is told to. */
export type Painter = {
  draw(view: SeenRig): void;
  end(): void;
};

/** Prints how the rig is, and from then on one line for each thing that changed: for terminals that only print, and for ears. */
export function linePrinter({ terminal }: Context, voice: Voice): Painter {
  let told: Topics | null = null;
  return {
    draw: (view) => {
      const nowMs = Date.now();
      const topics = topicsOf(view, voice, nowMs);
      const time = voice === 'spoken' ? '' : `${clockTime(new Date(nowMs).toISOString())} `;
      for (const line of newLines(told, topics)) {
        print(`${time}${terminal.theme.ascii ? toAscii(line) : line}`);
      }
      told = topics;
    },
    end: () => undefined,
  };
}
