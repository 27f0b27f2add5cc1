import { clean } from './text.ts';
import { sayDuration } from './units.ts';
import type { Health, ModulePhase, ModuleState } from './vocabulary.ts';

/**
 * How a badge looks: the same on the screen, in `status` and in the docs. Colours as 256-colour and 16-colour numbers, and that
 * of the high contrast.
 */
export type Look = {
  readonly glyph: string;
  readonly ascii: string;
  readonly word: string;
  readonly colour256: number;
  readonly colour16: number;
  readonly strong256: number;
  readonly bold: boolean;
  readonly reverse: boolean;
};

const look = (
  glyph: string,
  ascii: string,
  word: string,
  colours: readonly [number, number, number],
  weight: 'plain' | 'bold' | 'reverse' = 'plain',
): Look => ({
  glyph,
  ascii,
  word,
  colour256: colours[0],
  colour16: colours[1],
  strong256: colours[2],
  bold: weight !== 'plain',
  reverse: weight === 'reverse',
});

// The colours are those of Okabe and Ito, which stay apart for the three common kinds of colour blindness.
const grey = [244, 8, 252] as const;
const orange = [214, 3, 220] as const;
const green = [36, 2, 48] as const;
const vermillion = [202, 9, 209] as const;
const blue = [75, 6, 117] as const;
const yellow = [227, 11, 227] as const;
const purple = [175, 13, 213] as const;

/** The one table of badges, by state. */
export const looks: Readonly<Record<ModuleState | 'stalled', Look>> = {
  disabled: look('○', '-', 'OFF', grey),
  starting: look('◐', '~', 'STARTING', orange),
  idle: look('●', 'o', 'IDLE', green),
  recording: look('◉', '@', 'REC', vermillion, 'bold'),
  stalled: look('◉', '?', 'REC?', vermillion, 'reverse'),
  paused: look('‖', '=', 'PAUSED', blue),
  stopping: look('◑', '~', 'STOPPING', orange),
  error: look('▲', '!', 'ERROR', yellow, 'bold'),
  crashed: look('✖', 'x', 'CRASHED', purple, 'bold'),
};

const byState: ReadonlyMap<string, Look> = new Map(Object.entries(looks));

/** The look of a state. One of a later version, which we do not know, is shown in its own word: never as another. */
export function lookOf(state: string): Look {
  return byState.get(state) ?? look('?', '?', clean(state, 20).toUpperCase(), grey);
}

export type Badge = { readonly look: Look; readonly text: string };

type BadgeFacts = {
  readonly state: ModuleState;
  readonly phase: ModulePhase | null;
  readonly health: Health;
  readonly evidence: { readonly lastProgressAt: string | null };
};

/**
 * The badge of a module: which look, and the words behind the glyph.
 *
 * Plain `REC` needs evidence: without it the word is `REC ...` (not proven yet) or `REC? stalled 7 s`.
 *
 * @param nowMs wall clock in ms, for how long nothing has come
 */
export function badgeOf(facts: BadgeFacts, nowMs: number): Badge {
  const plain = lookOf(facts.state);
  if (facts.state === 'recording') return recordingBadge(facts, nowMs);
  if (facts.state === 'idle' && facts.phase === 'arming')
    return { look: looks.starting, text: 'ARMING' };
  if (facts.state === 'idle' && (facts.phase === 'armed' || facts.phase === 'going')) {
    return { look: looks.starting, text: 'ARMED' };
  }
  if (facts.health === 'unresponsive') return { look: plain, text: `${plain.word} no answer` };
  return { look: plain, text: `${plain.word}${oddHealth(facts.health)}` };
}

// A health of a later version is said in its own word.
function oddHealth(health: string): string {
  return healths.has(health) ? '' : ` ${clean(health, 20)}`;
}

const healths: ReadonlySet<string> = new Set<Health>([
  'ok',
  'degraded',
  'stalled',
  'unresponsive',
  'unknown',
]);

/** No evidence of what is recorded now was seen yet. */
export function isUnproven({ phase, health }: Pick<BadgeFacts, 'phase' | 'health'>): boolean {
  return phase === 'proving' || health === 'unknown';
}

function recordingBadge(facts: BadgeFacts, nowMs: number): Badge {
  if (facts.phase === 'finalizing') return { look: looks.stopping, text: 'FINISHING' };
  if (facts.health === 'stalled' || facts.health === 'unresponsive') {
    const { lastProgressAt } = facts.evidence;
    const since = lastProgressAt === null ? undefined : nowMs - Date.parse(lastProgressAt);
    const word = facts.health === 'stalled' ? 'stalled' : 'no answer';
    const text = since === undefined ? `REC? ${word}` : `REC? ${word} ${sayDuration(since)}`;
    return { look: looks.stalled, text };
  }
  if (isUnproven(facts)) return { look: looks.recording, text: 'REC ...' };
  if (facts.health === 'degraded') return { look: looks.recording, text: 'REC !' };
  const odd = oddHealth(facts.health);
  return { look: looks.recording, text: odd === '' ? 'REC' : `REC !${odd}` };
}
