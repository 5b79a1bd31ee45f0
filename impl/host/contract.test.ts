// The ports of a real host, on the loopback of this machine.

import { afterEach, describe, expect, it } from 'vitest';
import { contract } from './contract.ts';
import { type Endings, realRig } from './contract-real.ts';

const endings: Endings = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

describe.each(Object.entries(contract))('%s', (_, expectations) => {
  // a process cannot stop itself and look on: processes.test.ts stops real ones
  const here = expectations.filter(({ needs }) => needs !== 'pause' && needs !== 'resume');
  it.each(here)('$sentence', async ({ check }) => {
    await check(await realRig(endings));
  });
});

it('only what stops a process is not tried here', async () => {
  const { faults } = await realRig(endings);
  const needed = new Set(Object.values(contract).flatMap((all) => all.map(({ needs }) => needs)));
  expect([...needed].filter((one) => one !== undefined && !(one in faults))).toEqual(['pause']);
});
