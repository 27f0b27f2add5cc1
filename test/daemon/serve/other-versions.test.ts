import { expect, test } from 'vitest';
import { lineClient } from './line-client.ts';
import { serveTinyRig } from './served-rig.ts';

test('a client of a later version that asks for what is not there is told which version this is', async () => {
  const { runDir } = await serveTinyRig();
  const client = await lineClient(`${runDir}/control.sock`);
  const { error } = await client.ask('rig.dream');
  expect(error?.message).toMatch(
    /^this daemon \(rigdeck 1\.2\.3\) has no method rig\.dream; there are hello, /,
  );
  expect(error?.data).toMatchObject({
    reason: 'no-method',
    remedy: expect.stringContaining('start the new daemon'),
  });
});

test('another protocol is answered in words', async () => {
  const { runDir } = await serveTinyRig();
  const client = await lineClient(`${runDir}/control.sock`);
  const answer = await client.ask('hello', { protocol: 2, client: { name: 'future' } });
  expect(answer.error?.message).toContain('speaks protocol 1, this client protocol 2');
});
