import { afterEach, expect, test } from 'vitest';
import { sayFailure } from '../../src/cli/tell-failure.ts';
import { nearest, speakOf } from '../../src/protocol/typed-command.ts';

afterEach(() => speakOf(nearest));

test('what to type means the rig that was spoken of, and who did something keeps their name', () => {
  speakOf({ ...nearest, toDaemon: ['--run-dir', '/run/b'] });
  expect(
    sayFailure({
      message: 'kim (rigdeck record) stopped it meanwhile',
      remedy: 'start again: rigdeck record start',
    }),
  ).toBe(
    'kim (rigdeck record) stopped it meanwhile. Start again: rigdeck --run-dir /run/b record start',
  );
});
