import { sayRemedy } from '../../protocol/rig-words.ts';
import { wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { toType } from '../../protocol/typed-command.ts';
import { headLine, infoLine } from '../header.ts';
import { bottomLine } from '../keymap/bottom-line.ts';
import { heightsFor } from '../layout.ts';
import { blank, cutLines, faint, type Line, span } from '../line.ts';
import { noticeLines, problemLines, quietLine } from '../messages.ts';
import { boardLines, titleLine } from '../rows.ts';
import type { Situation } from '../situation.ts';

/** News may wait to be read elsewhere; what somebody's own key led to is shown whole. */
function isNews({ view }: Situation): boolean {
  return view.notices.toast?.news !== undefined;
}

function maxNews({ height }: Situation): number {
  return height < 16 ? 1 : 2;
}

/** The rig: header, a row for each module, what is wrong, what was answered, the keys. */
export function dashboardLines(now: Situation): Line[] {
  const body = now.names.length === 0 ? emptyLines(now) : null;
  const notices = noticeLines(now);
  const heights = heightsFor(now.height, {
    rows: body?.length ?? now.rows.length,
    problem: problemLines(now, Number.MAX_SAFE_INTEGER).length,
    toast: isNews(now) ? Math.min(notices.length, maxNews(now)) : notices.length,
  });
  const rig = [
    ...(heights.info ? [infoLine(now)] : []),
    ...(heights.rule ? [[span('─'.repeat(now.width), paints.dim)]] : []),
    ...(heights.titles ? [body === null ? titleLine(now) : blank] : []),
    ...(body?.slice(0, heights.rows) ?? boardLines(now, heights.rows)),
  ];
  // What is not the present is faint; what that means, and the keys, are not.
  const isPresent = now.remote.link.state === 'live';
  const lines = [
    headLine(now),
    ...(isPresent ? rig : rig.map(faint)),
    ...Array.from({ length: heights.gap }, () => blank),
    ...problemLines(now, heights.problem),
    ...cutLines(notices.length > 0 ? notices : [quietLine(now)], heights.toast, now.width),
    ...(heights.keys ? [bottomLine(now)] : []),
  ];
  return lines.slice(0, now.height);
}

function emptyLines(now: Situation): Line[] {
  return wrap(sayEmpty(now), now.width - 2).map((text): Line => [span(` ${text}`)]);
}

function sayEmpty({ snapshot, remote, screen }: Situation): string {
  if (snapshot === null) {
    const why = remote.link.state === 'lost' ? ` ${sayRemedy(remote.link.words)}` : '';
    return `Nothing is known of the rig yet.${why}`;
  }
  if (Object.keys(snapshot.modules).length === 0) {
    return toType(
      'This rig has no modules. Add one under `modules:` in rig.yaml, then: rigdeck config check',
    );
  }
  const isOnly = screen.kind === 'dashboard' && screen.only === 'problems';
  if (isOnly) return 'No module has a problem. Esc shows all.';
  return 'No module has that in its name, group or state. Esc shows all.';
}
