import { beforeAll, describe, expect, test } from 'vitest';
import { guestMs, type Outcome, runInGuest, whyNoGuest } from './guest.ts';
import { lineScenarios } from './inside/lines.ts';

const why = whyNoGuest();

describe.skipIf(why !== null)(`on a real kernel's GPIO${why === null ? '' : `: ${why}`}`, () => {
  let outcomes = new Map<string, Outcome>();
  let printed = '';
  beforeAll(async () => {
    ({ outcomes, printed } = await runInGuest('lines'));
  }, guestMs);

  test.each(Object.keys(lineScenarios))('%s', (name) => {
    expect(outcomes.get(name) ?? printed).toMatchObject({ name, error: null });
  });
});
