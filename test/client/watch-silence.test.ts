import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchSilence } from '../../src/client/watch-silence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(answer: () => Promise<unknown> = async () => null) {
  const asked: number[] = [];
  const lost = vi.fn();
  const begunMs = Date.now();
  const ask = () => {
    asked.push(Date.now() - begunMs);
    return answer();
  };
  return { asked, lost, watch: watchSilence(ask, 2_500, lost) };
}

test('who only answers, because nothing happens, is asked less and less, and at once as before after a word', async () => {
  const { asked, lost, watch } = watched();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toEqual([2_500, 7_500, 17_500, 27_500]);
  watch.heard();
  await vi.advanceTimersByTimeAsync(2_500);
  expect(asked.at(-1)).toBe(32_500);
  expect(lost).not.toHaveBeenCalled();
  watch.end();
  expect(vi.getTimerCount()).toBe(0);
});

test('who does not answer is lost, and known only until it was heard last', async () => {
  const { lost, watch } = watched(() => Promise.reject(new Error('no answer')));
  const begunMs = Date.now();
  await vi.advanceTimersByTimeAsync(2_499);
  expect(watch.knownMs()).toBe(Date.now());
  await vi.advanceTimersByTimeAsync(2);
  expect(lost).toHaveBeenCalledOnce();
  expect(watch.knownMs()).toBe(begunMs);
});

test('an answer that comes after the end asks nobody any more', async () => {
  const { asked, watch } = watched(
    () => new Promise((resolve) => setTimeout(() => resolve(null), 1_000)),
  );
  await vi.advanceTimersByTimeAsync(2_600);
  watch.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1);
});
