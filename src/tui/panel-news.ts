import { clean } from '../protocol/text.ts';
import { paints } from '../protocol/theme.ts';
import { blank, type Line } from './line.ts';
import { type Message, messageLines, needsTurns, pressMessage } from './messages.ts';
import type { Situation } from './situation.ts';

/** What is not as it should be with buttons and LEDs: over the list of them, however far that is scrolled. */
export function panelNews(now: Situation, room: number): Line[] {
  const height = linesEach(room);
  return messagesOf(now).flatMap((message) => {
    const lines = messageLines(message, now, height);
    // What stands below does not jump when it is the turn of a shorter page.
    const missing = needsTurns(message, now, height) ? height - lines.length : 0;
    return [...lines, ...Array.from({ length: missing }, () => blank)];
  });
}

/** Whether something of it is shown by turns. */
export function isNewsPaged(now: Situation): boolean {
  const { screen, height } = now;
  if (screen.kind !== 'panel') return false;
  return messagesOf(now).some((message) => needsTurns(message, now, linesEach(height - 2)));
}

// The selected button must stay in sight.
function linesEach(room: number): number {
  if (room < 6) return 1;
  return room < 14 ? 2 : 4;
}

function messagesOf(now: Situation): Message[] {
  const { snapshot } = now;
  const press = pressMessage(now);
  const problem = snapshot?.gpio.problem ?? null;
  return [
    ...(press === null ? [] : [press]),
    ...(problem === null ? [] : [{ what: clean(problem), remedy: null, paint: paints.warn }]),
  ];
}
