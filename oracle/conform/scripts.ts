import fc from 'fast-check';
import { drawn, profiled } from './draw.ts';
import { firstScripts } from './first-scripts.ts';
import { type Script, unclaimed } from './script.ts';
import type { Claims } from './stimulus.ts';

/** The scripts of a seed, by number: the first ones are the same for every seed. */
export type Scripts = (seed: number, number: number) => Script | undefined;

/** Neighbouring seeds stand for scripts far apart. */
const spread = 0x9e3779b1;

/** Scripts of so many events, at most, for programs that claim to be like that. */
export const scripts = (claims: Claims, length: number): Scripts => {
  const arbitrary = drawn(claims, length);
  const { profile: _, room: __, ...own } = claims;
  const first = firstScripts(claims);
  return (seed, number) => {
    const events = first[number];
    if (events !== undefined)
      return { ...profiled(claims), settings: { ...unclaimed, ...own }, events };
    const mixed = (Math.imul(seed, spread) + number) | 0;
    return fc.sample(arbitrary, { seed: mixed, numRuns: 1 })[0];
  };
};
