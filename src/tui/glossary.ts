/** The words on the screens that do not explain themselves, and what they mean: for the help and the docs. */
const glossary: readonly (readonly [word: string, meaning: string])[] = [
  ['REC', 'data of every required module are seen to land on the disk'],
  ['REC ...', 'told to record, and the first data have not been seen yet'],
  ['REC?', 'a required module is told to record and nothing lands'],
  ['REC !', 'it is recorded, but something else is wrong'],
  ['REC time', 'how long the trial has recorded, from the common start on, without its pauses'],
  ['ARMING, ARMED', 'opening devices and files before the common start; open, and waiting for it'],
  [
    '83 GB ≈ 6 h 12 m',
    'free space of the recordings disk, and how long it lasts at the present rate',
  ],
  ['clock unknown', 'nothing on this machine says whether its time is right; recording goes on'],
  [
    'clock not synchronized',
    'its time is not set by GPS or network; folders say `unsynced` instead of a time',
  ],
  ['session', 'a named folder that collects trials; it stays open until somebody ends it'],
  ['trial', 'one recording from start to stop; numbered when it really starts'],
  ['segment', 'a stretch of a trial in files of its own; a new one after a crash or a power cut'],
  ['gap', 'from when to when a module recorded nothing in a trial, and why; in session.json'],
  ['partial', 'a trial in which a required module was missing for a while, or from the start'],
  ['start skew', 'how far apart the first samples of the modules are; measured, in session.json'],
  ['marker', 'an instant that somebody wanted to find again'],
  ['required', 'without this module a recording is not complete'],
  ['group', 'modules that belong together in rig.yaml; the rig is only as well as its groups'],
  ['↻ 2, RESTARTS', 'how often a module was started again after it had ended by itself'],
  ['evidence', 'what shows that data land: files that grow, counters that rise'],
  ['seen', 'a problem that somebody acknowledged; it stays, dimmed, until it is over'],
];

/** The words that have all parts of the query in themselves or their meaning; all of them without a query. */
export function findWords(query: string): readonly (readonly [string, string])[] {
  const parts = query.toLowerCase().split(' ');
  return glossary.filter(([word, meaning]) => {
    const text = `${word} ${meaning}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}

/** The table of words as Markdown, for the docs. */
export function glossaryAsMarkdown(): string {
  const rows = glossary.map(([word, meaning]) => `| ${word} | ${meaning} |`);
  return ['| word | means |', '|---|---|', ...rows].join('\n');
}
