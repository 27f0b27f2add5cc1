/** The words on the screens that do not explain themselves, and what they mean: for the help and the docs. */
const glossary: readonly (readonly [word: string, meaning: string])[] = [
  ['REC', 'data of every required module are seen to land on the disk'],
  ['REC ...', 'told to record, and the first data have not been seen yet'],
  ['REC?', 'a required module is told to record and nothing lands'],
  [
    'REC !',
    'data land, and a module reported an error, did not go on in a new segment, counts what its file does not show, or lost a file; of the rig also: one that is not required does not work. A warning alone leaves plain REC',
  ],
  ['REC time', 'how long the trial has recorded, from the common start on, without its pauses'],
  [
    'arm',
    'open devices and files, so that all modules can start at the same instant. ARMED: done, it waits for that instant',
  ],
  [
    '83 GB ≈ 6 h 12 m',
    'free space of the recordings disk, and how long it lasts at the present rate, once that is known',
  ],
  [
    'clock unknown',
    'nothing on the rig says whether its time is right. Numbers and order do not need it; only dates may be wrong',
  ],
  ['clock ±3 ms', 'the time is synchronised, this exactly'],
  [
    'clock not synchronized',
    'its time is known to be wrong or unset, as on a Pi without network; folders are called `unsynced` then',
  ],
  ['rig', 'the machine with everything that records on it'],
  ['module', 'a program that records: one row on the screen'],
  [
    'group',
    'modules that belong together (`group:` in rig.yaml, `main` unless named); the rig is as well as its groups',
  ],
  [
    'required',
    'without this module a recording is not complete. All are, unless `required: false`; where no module is required, all are again. One that is not and fails makes the rig DEGRADED all the same',
  ],
  [
    'session',
    'a folder that collects trials, with a number and a name; it stays open until somebody ends it',
  ],
  [
    'trial',
    'one recording from start to stop; numbered when it really starts, perhaps with a label',
  ],
  [
    'segment',
    'a piece of a trial in files of its own (`mic_s002.wav`): after a crash or a power cut, or by length. Counted for the whole rig: a module that did not begin a file in one skips its number',
  ],
  ['gap', 'from when to when a module recorded nothing in a trial, and why; in session.json'],
  [
    'complete, partial',
    'whether every required module recorded for the whole trial; the gaps say when one was missing',
  ],
  [
    'start skew',
    'how far apart the first samples of the modules are, in ms: 0 is best. None when fewer than two told theirs',
  ],
  [
    'verdict',
    'what is thought of a file after the stop: ok, empty, short (it holds less than was recorded), bad (it cannot be used), repaired',
  ],
  [
    'checksum',
    'SHA-256 of a file, made in the background after the stop; verifying reads the file again and compares',
  ],
  ['marker', 'an instant that somebody wanted to find again, with or without words'],
  [
    'evidence',
    'what shows that data land: files that grow, counters that rise. Without it there is no plain REC',
  ],
  ['wish', 'what people want: a module on or off, the rig recording. A crash never changes it'],
  [
    'UP',
    'how long this run of a module has lasted: since it was last started, whoever the daemon is by now. An ordinary program is up while it records nothing, too',
  ],
  [
    '↻ 2, RESTARTS',
    'how often a module was started again: after it had ended by itself, or because somebody asked',
  ],
  [
    '▁▃▄▂ rate bars',
    'sparkline: how steady the data of a module come, a bar for each look, the newest at the right. The mean is a third of the height; the lowest bar is nothing, a gap is unknown',
  ],
  [
    'here: ann · ben',
    'clients: who is connected to the rig now, each screen and kiosk by its name; under the rows while there are two or more',
  ],
  [
    'dropped',
    'frames or samples that a device or module could not keep up with, so that they are missing in the file',
  ],
  [
    '--theme',
    'colours of the screen, also as RIGDECK_THEME: `default`; `high-contrast` for the sun and light backgrounds; `mono` for none',
  ],
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
