import { expect, test } from 'vitest';
import { apart, isTaken, keysOf } from '../../../src/tui/keymap/keys.ts';

const noKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

test('keys that come in one piece are keys of their own, and unknown sequences are none', () => {
  expect(keysOf('jjm', noKey)).toEqual(['j', 'j', 'm']);
  expect(keysOf('', { ...noKey, upArrow: true })).toEqual(['up']);
  expect(keysOf('\u001b', { ...noKey, escape: true, meta: true })).toEqual(['esc', 'esc']);
  expect(keysOf('c', { ...noKey, ctrl: true })).toEqual(['ctrl-c']);
  expect(keysOf('l', { ...noKey, ctrl: true })).toEqual(['ctrl-l']);
  expect(keysOf('z', { ...noKey, ctrl: true })).toEqual(['ctrl-z']);
  expect(keysOf('s', { ...noKey, ctrl: true })).toEqual([]);
  expect(keysOf('[1;9P', noKey)).toEqual([]);
});

test('Esc and a letter in one piece are two keys, and none where text is typed', () => {
  const keys = keysOf(':', { ...noKey, meta: true });
  expect(keys.flatMap((key) => apart(key, false))).toEqual(['esc', ':']);
  expect(keys.flatMap((key) => apart(key, true))).toEqual([]);
  expect(keysOf('O', { ...noKey, meta: true })).toEqual([]);
});

test('a paste is typing where text is typed, and nothing elsewhere', () => {
  const keys = ['paste-begins', 's', 'enter', 'y', 'paste-ends', 'm'];
  const taken = (isTyping: boolean) => {
    const paste = { open: false };
    return keys.filter((key) => isTaken(key, paste, isTyping));
  };
  expect(taken(false)).toEqual(['m']);
  expect(taken(true)).toEqual(['s', 'y', 'm']);
});

test('Tab is a key, also with Shift and in one piece with others', () => {
  expect(keysOf('', { ...noKey, tab: true })).toEqual(['tab']);
  expect(keysOf('', { ...noKey, tab: true, shift: true })).toEqual(['shift-tab']);
  expect(keysOf('re\tx', noKey)).toEqual(['r', 'e', 'tab', 'x']);
});

test('a word in one piece is typed, also when it begins as a sequence does', () => {
  expect(keysOf('Oak', noKey)).toEqual(['O', 'a', 'k']);
  expect(keysOf('[left]', noKey)).toEqual([...'[left]']);
  expect(keysOf('[1;', noKey)).toEqual([]);
  expect(keysOf('OX', noKey)).toEqual([]);
});
