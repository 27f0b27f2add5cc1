/** How many lines each part of the dashboard has. */
export type Heights = {
  readonly info: number;
  readonly rule: number;
  readonly titles: number;
  readonly rows: number;
  /** An empty line before the message, where there is room for one. */
  readonly gap: number;
  readonly problem: number;
  readonly toast: number;
  readonly keys: number;
};

/**
 * Shares the lines out: the name of the rig and one module first, then the keys, then everything else as there is room.
 *
 * @param height lines that may be drawn
 * @param wanted lines that the parts would like
 */
export function heightsFor(
  height: number,
  wanted: { readonly rows: number; readonly problem: number; readonly toast: number },
): Heights {
  const roomy = height >= 16;
  const small = height >= 8;
  const keys = height >= 3 ? 1 : 0;
  const info = small ? 1 : 0;
  const frame = roomy ? 2 : 0;
  const left = Math.max(0, height - 1 - keys - info - frame);
  const message = messageHeights(left, wanted, roomy);
  const most = left - message.problem - message.toast;
  const rows = Math.min(wanted.rows, most);
  return {
    info,
    rule: roomy ? 1 : 0,
    titles: roomy ? 1 : 0,
    rows,
    gap: most - rows,
    ...message,
    keys,
  };
}

// Where little room is left a toast stands in the place of the problem, and the problem gets what the rows do not need.
function messageHeights(
  left: number,
  wanted: { readonly rows: number; readonly problem: number; readonly toast: number },
  roomy: boolean,
): { problem: number; toast: number } {
  if (roomy) {
    // What the rows and the problem leave is for an answer that is long, as the reasons of a refusal are.
    const free = left - wanted.rows - Math.min(3, wanted.problem) - 1;
    const toast = Math.min(Math.max(3, free), Math.max(1, wanted.toast));
    const spare = Math.max(3, Math.min(6, left - wanted.rows - toast - 1));
    return { problem: Math.min(spare, wanted.problem), toast };
  }
  if (left < 2) return { problem: 0, toast: 0 };
  if (wanted.toast > 0) return { problem: 0, toast: Math.min(wanted.toast, Math.max(1, left - 3)) };
  const least = left < 6 ? 1 : 2;
  const spare = left < 3 ? 0 : Math.max(least, left - wanted.rows);
  return { problem: Math.min(spare, wanted.problem), toast: 0 };
}

/** Which part of a list is drawn so that the selected line is in it. */
export function windowOf(
  count: number,
  selected: number,
  height: number,
): { readonly from: number; readonly to: number } {
  const half = Math.floor(height / 2);
  const from = Math.max(0, Math.min(selected - half, count - height));
  return { from, to: Math.min(count, from + height) };
}

export type ColumnKey =
  | 'name'
  | 'group'
  | 'badge'
  | 'detail'
  /** The detail beside a brief cell, which has the countdown. */
  | 'doing'
  | 'brief'
  | 'spark'
  | 'rate'
  | 'up'
  | 'cpu'
  | 'memory'
  | 'restarts'
  | 'pid';

export type Column = {
  readonly key: ColumnKey;
  readonly title: string;
  readonly width: number;
  readonly side: 'left' | 'right';
};

/** A column of words: the badge is none. */
export type TextColumn = Omit<Column, 'key'> & { readonly key: Exclude<ColumnKey, 'badge'> };

const detailMin = 20;
const doingMin = 15;
/** Bars and a rate, or `again in 4 s`. */
const briefWidth = 14;
/** On a wide screen the figures stay near the words. */
const detailMax = 100;
const restarts: Column = { key: 'restarts', title: 'RESTARTS', width: 8, side: 'right' };
const fewRestarts: Column = { key: 'restarts', title: '↻', width: 3, side: 'right' };
const rate: Column = { key: 'rate', title: 'RATE', width: 9, side: 'right' };
const up: Column = { key: 'up', title: 'UP', width: 6, side: 'right' };
/** The newest rates as bars, before the rate. */
const spark: Column = { key: 'spark', title: '', width: 4, side: 'right' };
const longSpark: Column = { ...spark, width: 8 };
const usage: readonly Column[] = [
  { key: 'cpu', title: 'CPU', width: 5, side: 'right' },
  { key: 'memory', title: 'MEM', width: 7, side: 'right' },
  { key: 'pid', title: 'PID', width: 8, side: 'right' },
];

/** What the columns have to hold. */
export type Cells = {
  /** The widest name, in columns. */
  readonly longestName: number;
  /** Some module was started again: that is shown also where there is little room. */
  readonly hasRestarts: boolean;
  /** The widest group, in columns; 0 where nobody needs to be told. */
  readonly longestGroup: number;
};

/**
 * The columns of the module rows: name and badge always, the others as the width lets them.
 *
 * @param width columns of the screen; two are for the mark of the selected row
 */
export function columnsFor(width: number, cells: Cells): Column[] {
  if (width < 72) return narrowColumns(width, cells.longestName);
  const name = Math.min(Math.max(6, cells.longestName), Math.floor(width / 4));
  const badge = 20;
  const shown = new Set<Column>();
  let left = width - 2 - (name + 1) - (badge + 1) - detailMin;
  const wished = extrasFor(width, cells);
  for (const extra of wished) {
    if (left < extra.width + 1) break;
    left -= extra.width + 1;
    shown.add(extra);
  }
  const named = (which: ColumnKey) => [...shown].filter(({ key }) => key === which);
  return [
    { key: 'name', title: 'MODULE', width: name, side: 'left' },
    ...named('group'),
    { key: 'badge', title: 'STATE', width: badge, side: 'left' },
    { key: 'detail', title: 'DETAIL', width: Math.min(detailMax, detailMin + left), side: 'left' },
    ...named('spark'),
    ...[...shown].filter(({ key }) => key !== 'group' && key !== 'spark'),
  ];
}

// In the order in which they come as the screen gets wider, not in the order of the screen.
function extrasFor(width: number, { hasRestarts, longestGroup }: Cells): Column[] {
  const isWide = width >= 110;
  const again = isWide ? restarts : fewRestarts;
  const group: Column = {
    key: 'group',
    title: 'GROUP',
    width: Math.max(5, Math.min(longestGroup, 16)),
    side: 'left',
  };
  return [
    rate,
    isWide ? longSpark : spark,
    ...(hasRestarts ? [again] : []),
    up,
    ...(longestGroup > 0 ? [group] : []),
    ...usage,
    ...(hasRestarts ? [] : [again]),
  ];
}

function narrowColumns(width: number, longestName: number): Column[] {
  const room = width - 2;
  const badge = Math.min(11, Math.max(5, Math.floor(room * 0.45)));
  const name = Math.max(
    1,
    Math.min(longestName, Math.max(room - badge - 15, Math.floor(room * 0.5))),
  );
  const brief = room - name - 1 - badge - 1;
  const columns: Column[] = [
    { key: 'name', title: '', width: name, side: 'left' },
    { key: 'badge', title: '', width: badge, side: 'left' },
  ];
  const doing = brief - briefWidth - 1;
  if (doing >= doingMin) {
    return [
      ...columns,
      { key: 'doing', title: '', width: doing, side: 'left' },
      { key: 'brief', title: '', width: briefWidth, side: 'right' },
    ];
  }
  if (brief >= 4) columns.push({ key: 'brief', title: '', width: brief, side: 'right' });
  return columns;
}
