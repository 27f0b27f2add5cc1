import { describe, expect, test } from 'vitest';
import { capital, clean, cut, pad, widthOf, wrap } from '../../src/protocol/text.ts';
import { themeOf, toAscii } from '../../src/protocol/theme.ts';

const family = '👩‍👩‍👧';

test.each([
  ['plain', 5],
  ['café', 4],
  ['cafe\u0301', 4],
  ['日本語', 6],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['🎤', 2],
  ['', 0],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test('a text is cut between letters and never wider than asked', () => {
  expect(cut('日本語です', 6)).toBe('日本…');
  expect(cut('camera', 6)).toBe('camera');
  expect(cut('camera', 0)).toBe('');
  expect(pad('日本語', 5)).toBe('日本…');
  expect(pad('日本語です', 4)).toBe('日… ');
  expect(pad('7', 3, 'right')).toBe('  7');
});

test('a sentence is broken at spaces, and a word that is too long anywhere', () => {
  expect(wrap('check the cable now', 9)).toEqual(['check the', 'cable now']);
  expect(wrap('/very/long/path x', 6)).toEqual(['/very/', 'long/p', 'ath x']);
  expect(wrap('', 5)).toEqual(['']);
  expect(wrap('word', 1)).toEqual([]);
});

test('hostile text keeps no power over the screen', () => {
  expect(clean('a\u001b[2Jb\r\nc')).toBe('a␛[2Jb␍␊c');
  expect(clean('\u202eevil')).toBe('<U+202E>evil');
  expect(clean(`a${'\u0301'.repeat(50)}`)).toHaveLength(2 + 1);
  expect(clean('☀\ufe0f soft\u00adhyphen')).toBe('☀ softhyphen');
  expect(widthOf(clean(family))).toBeGreaterThanOrEqual(6);
});

test('a sentence begins with a capital letter, a command and a name do not', () => {
  expect(capital('plug a sound card in')).toBe('Plug a sound card in');
  expect(capital('rigdeck enable mic')).toBe('rigdeck enable mic');
  expect(capital('mic: no card answers')).toBe('mic: no card answers');
});

test('ASCII text is as wide as what it stands for', () => {
  for (const text of ['│ trial 7 · 61 °C', '日本語', 'café', 'cafe\u0301', '🎤']) {
    expect(toAscii(text)).toMatch(/^[ -~]*$/);
    expect(toAscii(text)).toHaveLength(widthOf(text));
  }
});

describe('the theme', () => {
  const auto = { color: 'auto', name: 'default' } as const;
  test.each([
    [{ TERM: 'xterm-256color', LANG: 'C.UTF-8' }, '256', false],
    [{ TERM: 'xterm', LANG: 'en_GB.utf8' }, '16', false],
    [{ TERM: 'xterm', COLORTERM: 'truecolor', LC_ALL: 'C', LANG: 'C.UTF-8' }, '256', true],
    [{ TERM: 'linux', LANG: 'C.UTF-8' }, '16', true],
    [{ TERM: 'dumb', LANG: 'C.UTF-8' }, 'plain', true],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'none', true],
    [{}, '16', true],
  ])('of %o', (env, colours, ascii) => {
    expect(themeOf(auto, env)).toEqual({ colours, ascii });
  });

  test('goes by what was asked for', () => {
    const env = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    const none = { colours: 'none', ascii: false };
    expect(themeOf({ ...auto, color: 'none' }, env)).toEqual(none);
    expect(themeOf({ ...auto, name: 'mono' }, env)).toEqual(none);
    const strong = themeOf({ ...auto, name: 'high-contrast' }, env);
    expect(strong).toEqual({ colours: '256', ascii: false, contrast: 'high' });
    expect(themeOf({ ...auto, name: 'high-contrast' }, { ...env, TERM: 'dumb' }).colours).toBe(
      'plain',
    );
  });
});
