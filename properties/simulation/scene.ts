import type { Command } from '../../impl/hypervisor/command.ts';
import { defaultSettings } from '../../impl/hypervisor/settings.ts';
import type { Chooser } from '../checker/chooser.ts';
import { bootVm, place } from './creation.ts';
import { newTheatre, noImage, type Puppet } from './puppet.ts';
import { newStage, type Stage, settle } from './scripted-world.ts';
import type { Copy } from './world.ts';

/** Two copies of the VM without a will of their own. */
export type Scene = {
  readonly stage: Stage;
  readonly copies: readonly [Copy, Copy];
  readonly puppets: readonly [Puppet, Puppet];
};

const whole: Chooser = { below: (bound: number): number => bound - 1 };

/** Two puppets, on hosts A and B. */
export const scene = (): Scene => {
  const { program, puppets } = newTheatre();
  const stage = newStage(
    {
      ...{ program, image: noImage, settings: defaultSettings, hosts: ['A', 'B', 'C'] },
      ...{ blockCount: 2, blockBytes: 1, windowBytes: 8, hasConsole: true },
    },
    whole,
  );
  const one = bootVm(stage.world, 'A');
  const other = place(stage.world, one, 'B', 'clone');
  const [first, second] = [puppets.get('0'), puppets.get('1')];
  if (other === null || first === undefined || second === undefined) throw new Error('no scene');
  settle(stage);
  for (const puppet of [first, second]) puppet.heard.length = 0;
  return { stage, copies: [one, other], puppets: [first, second] };
};

/** The copy does that, at once. */
export const does = (
  { stage, copies, puppets }: Scene,
  who: 0 | 1,
  ...commands: Command[]
): void => {
  puppets[who].wants.push(commands);
  stage.world.give(copies[who], { type: 'wake' });
  puppets[who].heard.pop();
  settle(stage);
};
