/** Words and tables of docs/performance.md. */

const intro = `# What it costs

Measured by \`scripts/bench\`, which builds, measures and writes this page; \`scripts/bench NAME\` measures one part anew. Each
figure was taken in one run beside the floor or the peer that its row names: figures of different machines do not compare,
ratios do. A figure is the median (smallest to largest). A miss is printed as a miss.
`;

/** @param results what was measured, by the name of the bench */
export function makeReport(results) {
  const parts = Object.entries(results).map(([name, result]) => makePart(name, result));
  const rows = Object.values(results).flatMap((result) => result.rows);
  const judged = rows.filter((row) => row.met !== null);
  const missed = judged.filter((row) => !row.met);
  const words = [`${judged.length - missed.length} of ${judged.length} targets are met.`];
  if (missed.length > 0) words.push(`Missed: ${missed.map((row) => row.what).join('; ')}.`);
  return [intro, `${words.join(' ')}\n`, ...parts].join('\n');
}

function makePart(name, { title, about, at, machine, rows }) {
  const where = `${at.slice(0, 10)}, Node ${machine.node}, ${machine.cores} x ${machine.cpu}, Linux ${machine.kernel}`;
  const busy =
    machine.load > machine.cores / 4 ? ` **The machine was busy (load ${machine.load}).**` : '';
  return [
    `## ${title}`,
    '',
    `${about} \`scripts/bench ${name}\`; ${where}.${busy}`,
    '',
    '| what | measured | beside | ratio | target | |',
    '|---|---|---|---|---|---|',
    ...rows.map(makeRow),
    '',
  ].join('\n');
}

function makeRow({ what, unit, own, beside, ratio, target, met, words }) {
  const cells = [
    what,
    sayFigure(own, unit),
    beside === null ? '' : `${sayFigure(beside, unit)} ${beside.what}`,
    ratio === null ? '' : `${sayNumber(ratio)} x`,
    target === null ? '' : sayTarget(target, unit),
    [met === null ? '' : met ? 'met' : '**missed**', words ?? ''].filter(Boolean).join('; '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function sayTarget({ of, atMost }, unit) {
  if (of === 'ratio') return `at most ${atMost} x`;
  return `${of === 'max' ? 'largest' : of} at most ${atMost} ${unit}`;
}

function sayFigure({ count, median, min, max }, unit) {
  const range = count > 1 ? ` (${sayNumber(min)} to ${sayNumber(max)})` : '';
  return `${sayNumber(median)}${range} ${unit}`;
}

function sayNumber(value) {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
