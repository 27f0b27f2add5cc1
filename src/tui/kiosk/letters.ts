/** Five rows each, `#` is lit. Figures are equally wide, so that a clock does not tremble. */
const drawn: Readonly<Record<string, string>> = {
  '0': '### #.# #.# #.# ###',
  '1': '.#. ##. .#. .#. ###',
  '2': '### ..# ### #.. ###',
  '3': '### ..# .## ..# ###',
  '4': '#.# #.# ### ..# ..#',
  '5': '### #.. ### ..# ###',
  '6': '### #.. ### #.# ###',
  '7': '### ..# ..# .#. .#.',
  '8': '### #.# ### #.# ###',
  '9': '### #.# ### ..# ###',
  ':': '. # . # .',
  '-': '.. .. ## .. ..',
  '?': '### ..# .#. ... .#.',
  '!': '# # # . #',
  '.': '. . . . #',
  ' ': '. . . . .',
  A: '### #.# ### #.# #.#',
  B: '##. #.# ##. #.# ##.',
  C: '### #.. #.. #.. ###',
  D: '##. #.# #.# #.# ##.',
  E: '### #.. ##. #.. ###',
  F: '### #.. ##. #.. #..',
  G: '### #.. #.# #.# ###',
  H: '#.# #.# ### #.# #.#',
  I: '# # # # #',
  J: '..# ..# ..# #.# ###',
  K: '#.# #.# ##. #.# #.#',
  L: '#.. #.. #.. #.. ###',
  M: '#...# ##.## #.#.# #...# #...#',
  N: '#..# ##.# #.## #..# #..#',
  O: '### #.# #.# #.# ###',
  P: '### #.# ### #.. #..',
  Q: '### #.# #.# ### ..#',
  R: '### #.# ##. #.# #.#',
  S: '### #.. ### ..# ###',
  T: '### .#. .#. .#. .#.',
  U: '#.# #.# #.# #.# ###',
  V: '#.# #.# #.# #.# .#.',
  W: '#...# #...# #.#.# ##.## #...#',
  X: '#.# #.# .#. #.# #.#',
  Y: '#.# #.# .#. .#. .#.',
  Z: '### ..# .#. #.. ###',
  d: '..# ..# ### #.# ###',
  h: '#.. #.. ### #.# #.#',
  i: '# . # # #',
  m: '..... ..... ##### #.#.# #.#.#',
  n: '... ... ### #.# #.#',
  s: '... ... .## .#. ##.',
};

/** How many rows a letter has before it is made larger. */
export const letterRows = 5;

/** How many columns and rows of the screen one dot of a letter takes. */
export type Scale = { readonly across: number; readonly down: number };

/**
 * From the largest to the smallest. A cell of a terminal is about twice as high as it is wide: what is twice as many columns as
 * rows is square.
 */
export const scales: readonly Scale[] = [
  [16, 8],
  [14, 7],
  [12, 6],
  [10, 5],
  [8, 4],
  [6, 3],
  [5, 2],
  [4, 2],
  [3, 2],
  [3, 1],
  [2, 1],
  [1, 1],
].map(([across = 1, down = 1]) => ({ across, down }));

/** A text in large letters, of which one dot is one sign; letters that there are not stay empty. */
export function largeLetters(text: string): string[] {
  const letters = [...text].map((letter) => (drawn[letter] ?? drawn[' '] ?? '').split(' '));
  return Array.from({ length: letterRows }, (_, row) =>
    letters.map((rows) => rows[row] ?? '').join('.'),
  );
}

/** Whether all of a text can be shown in large letters. */
export function canBeLarge(text: string): boolean {
  return [...text].every((letter) => letter in drawn);
}

/** How many dots across a text is. */
export function dotsAcross(text: string): number {
  return largeLetters(text)[0]?.length ?? 0;
}

/** The rows of a text in that size, `#` for each cell of the screen that is lit. */
export function enlarged(text: string, { across, down }: Scale): string[] {
  return largeLetters(text).flatMap((row) => {
    const wide = [...row].map((dot) => dot.repeat(across)).join('');
    return Array.from({ length: down }, () => wide);
  });
}
