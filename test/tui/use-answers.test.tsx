import { render } from 'ink-testing-library';
import { expect, onTestFinished, test } from 'vitest';
import { useAnswers } from '../../src/tui/use-answers.ts';
import type { ViewAction } from '../../src/tui/view/view-state.ts';

type Asked = { readonly module: string; readonly answer: (file: string) => void };

type Props = {
  readonly about: string | null;
  readonly version: string;
  readonly ask: (module: string) => Promise<string>;
  readonly dispatch: (action: ViewAction) => void;
};

function Screen({ about, version, ask, dispatch }: Props): null {
  useAnswers(
    {
      about,
      version,
      everyMs: 0,
      ask,
      known: (file, module) => ({ type: 'module-writes', module, files: [file] }),
      unknown: () => null,
    },
    dispatch,
  );
  return null;
}

/** A screen that asks for the files of a module, and answers that come when the test gives them. */
function asking(about: string) {
  const asked: Asked[] = [];
  const told: string[] = [];
  const ask = (module: string) =>
    new Promise<string>((answer) => {
      asked.push({ module, answer });
    });
  const dispatch = (action: ViewAction) => {
    if (action.type === 'module-writes') told.push(...action.files);
  };
  const drawn = (of: string, version: string) => (
    <Screen about={of} version={version} ask={ask} dispatch={dispatch} />
  );
  const screen = render(drawn(about, '1'));
  onTestFinished(() => screen.unmount());
  const question = async (number: number) => {
    await expect.poll(() => asked.length).toBe(number);
    return asked[number - 1];
  };
  return {
    first: () => question(1),
    /** Shows this, and gives the question that is asked for it. */
    shows: (of: string, version: string) => {
      const before = asked.length;
      screen.rerender(drawn(of, version));
      return question(before + 1);
    },
    told: () => told,
  };
}

test('what is on the screen is asked for again when it has changed, and an answer from before that counts until then', async () => {
  const screen = asking('mic');
  const first = await screen.first();
  const second = await screen.shows('mic', '2');
  first?.answer('of the first');
  await expect.poll(screen.told).toEqual(['of the first']);
  second?.answer('of the second');
  await expect.poll(screen.told).toEqual(['of the first', 'of the second']);
});

test('an answer that a newer one has overtaken changes nothing', async () => {
  const screen = asking('mic');
  const first = await screen.first();
  const second = await screen.shows('mic', '2');
  second?.answer('of the second');
  await expect.poll(screen.told).toEqual(['of the second']);
  first?.answer('of the first');
  const third = await screen.shows('mic', '3');
  third?.answer('of the third');
  await expect.poll(screen.told).toEqual(['of the second', 'of the third']);
});

test('an answer about what is not on the screen any more changes nothing', async () => {
  const screen = asking('mic');
  const first = await screen.first();
  const other = await screen.shows('cam', '1');
  expect(other?.module).toBe('cam');
  first?.answer('of mic');
  other?.answer('of cam');
  await expect.poll(screen.told).toEqual(['of cam']);
  const back = await screen.shows('mic', '1');
  back?.answer('of mic again');
  await expect.poll(screen.told).toEqual(['of cam', 'of mic again']);
});
