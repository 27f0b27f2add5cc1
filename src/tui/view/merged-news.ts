/** What others did, or what the world did. */
export type News = {
  /** The next news of the same take its place. Null: nothing does. */
  readonly about: string | null;
  /** Who did it, where that is known; their name stands before the words. */
  readonly who: string | null;
  readonly words: string;
  /** When it happened, wall clock in ms. */
  readonly atMs: number;
  readonly forMs: number;
  /** How long it may wait: what is told too late is no news any more. */
  readonly freshMs: number;
};

/** Several news in a line: what one person did stands behind their name once. `kim stopped trial 7 and disabled mic · gps is switched on` */
export function sayNews(news: readonly Pick<News, 'who' | 'words'>[]): string {
  const people: { readonly who: string | null; readonly deeds: string[] }[] = [];
  for (const { who, words } of news) {
    const last = people.at(-1);
    if (who !== null && last?.who === who) last.deeds.push(words);
    else people.push({ who, deeds: [words] });
  }
  return people
    .map(({ who, deeds }) => [...(who === null ? [] : [who]), listed(deeds)].join(' '))
    .join(' · ');
}

function listed(deeds: readonly string[]): string {
  const last = deeds.at(-1) ?? '';
  return deeds.length < 2 ? last : `${deeds.slice(0, -1).join(', ')} and ${last}`;
}
