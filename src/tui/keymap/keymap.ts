import { answerKeys } from './answer-keys.ts';
import { commandRows } from './command-rows.ts';
import type { KeyRow } from './key-row.ts';
import { logKeys } from './log-keys.ts';
import { pageKeys } from './page-keys.ts';
import { paletteKeys } from './palette.ts';
import { panelKeys } from './panel-keys.ts';
import { rigKeys } from './rig-keys.ts';
import { sessionKeys } from './session-keys.ts';
import { tabKeys } from './tab-keys.ts';

const rows: readonly KeyRow[] = [
  ...rigKeys,
  ...panelKeys,
  ...sessionKeys,
  ...logKeys,
  ...pageKeys,
  ...tabKeys,
  ...answerKeys,
  ...commandRows,
];

/** Every key of every screen, in the order of the bottom line. */
export const keymap: readonly KeyRow[] = [...paletteKeys(rows), ...rows];
