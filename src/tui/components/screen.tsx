import type { ReactElement } from 'react';
import type { Line } from '../line.ts';
import {
  confirmLines,
  dashboardLines,
  helpLines,
  logScreenLines,
  promptLines,
} from '../screen-lines.ts';
import type { Situation } from '../situation.ts';
import { Lines } from './lines.tsx';

/** The screen that is up. */
export function Screen({ now }: { readonly now: Situation }): ReactElement {
  return <Lines lines={linesOf(now)} width={now.width} theme={now.theme} />;
}

function linesOf(now: Situation): Line[] {
  const { screen } = now;
  switch (screen.kind) {
    case 'dashboard':
      return dashboardLines(now);
    case 'confirm-stop':
      return confirmLines(now);
    case 'log':
      return logScreenLines(now, screen);
    case 'help':
      return helpLines(now, screen.query, screen.top);
    case 'prompt':
      return promptLines(now, screen.text);
  }
}
