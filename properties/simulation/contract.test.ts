// The ports that the simulated world stands for, under the contract that the real ones keep.

import { describe, expect, it } from 'vitest';
import { contract } from '../../impl/host/contract.ts';
import { simulatedRig } from './contract-rig.ts';

const seeds = Array.from({ length: 20 }, (_, at) => `contract ${at}`);

describe.each(Object.entries(contract))('%s', (_, expectations) => {
  // nobody in this world has no name: who is who is the real ports' alone
  const here = expectations.filter(({ needs }) => needs !== 'intrude');
  it.each(here)('$sentence', async ({ check }) => {
    for (const seed of seeds) await check(simulatedRig(seed));
  });
});

it('only strangers are not tried here', () => {
  const { faults } = simulatedRig('');
  const needed = new Set(Object.values(contract).flatMap((all) => all.map(({ needs }) => needs)));
  expect([...needed].filter((one) => one !== undefined && !(one in faults))).toEqual(['intrude']);
});
