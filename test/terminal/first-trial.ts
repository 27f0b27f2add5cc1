import type { Tmux } from './tmux.ts';

/** What the quick start does at the screen: looks, records, marks, stops, leaves. @param module a row that tells how far it is */
export async function firstTrial(tmux: Tmux, module: string): Promise<void> {
  await tmux.shows(new RegExp(`${module} +● IDLE[\\s\\S]*r record`));
  tmux.press('r');
  await tmux.shows(new RegExp(`${module} +◉ REC [\\s\\S]*s stop`));
  tmux.press('m', 's');
  await tmux.shows(/Stop recording\?[\s\S]*y {2}stop trial 1/);
  tmux.press('y');
  await tmux.shows(new RegExp(`${module} +● IDLE[\\s\\S]*r record`));
  tmux.press('q');
}
