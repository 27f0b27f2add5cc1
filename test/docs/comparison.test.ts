import { expect, test } from 'vitest';
import { pageOf } from './pages.ts';

const peers = pageOf('docs/comparison.md')
  .split(/^## /m)
  .filter((part) => part.startsWith('One by one'))
  .flatMap((part) => part.split(/^### /m).slice(1));

test('what is said of each peer begins with what it does better, and cites where that is written', () => {
  expect(peers.length).toBeGreaterThan(7);
  const unfair = peers.filter((peer) => {
    const better = peer.indexOf('**Better**');
    return better === -1 || better > peer.indexOf('**Different**');
  });
  expect(unfair).toEqual([]);
  expect(peers.filter((peer) => !peer.includes('](https://'))).toEqual([]);
});
