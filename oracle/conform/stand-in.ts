import type { Finding } from './finding.ts';
import { play } from './play.ts';
import { type Happening, type Script, unclaimed } from './script.ts';
import { type Said, type Stimulus, spokenIn } from './stimulus.ts';
import { storyLines } from './story.ts';

/** What a program says to each stimulus: words and their values, of the copy that is there. */
export type Program = (stimulus: Stimulus) => readonly (readonly [string, object?])[];

const saidBy = (program: Program, stimulus: Stimulus): readonly Said[] =>
  program(stimulus).map(([did, values = {}]) => {
    const host = 'host' in stimulus ? stimulus.host : '';
    const copy = host === 'A' ? 'p' : 'b';
    const spoken = spokenIn(JSON.stringify({ did, copy, ...values }));
    if (spoken.kind !== 'said') throw new Error(JSON.stringify(spoken));
    return spoken;
  });

/** What a script came to, what was told, and how that reads. */
export type Heard = {
  readonly finding: Finding | null;
  readonly told: readonly Stimulus[];
  readonly story: readonly string[];
};

/** Plays a script with a program. */
export const playedWith = (program: Program, script: Script): Heard => {
  const { playing, episodes } = play(script);
  const told: Stimulus[] = [];
  let step = playing.next();
  while (step.done !== true) {
    told.push(step.value);
    step = playing.next(saidBy(program, step.value));
  }
  return { finding: step.value, told, story: storyLines(episodes) };
};

/** A script of these parts of the protocol, with these settings. */
export const scriptOf = (
  profile: NonNullable<Script['profile']>,
  settings: Partial<Script['settings']>,
  ...events: readonly Happening[]
): Script => ({ profile, settings: { ...unclaimed, ...settings }, events });

/** It shows that it lives, and does nothing else. */
export const alive: Program = (stimulus) =>
  stimulus.do === 'tick' ? [['heartbeat'], ['keepalive']] : [];

/** What a program says to some stimuli; it lives, and says nothing else. */
export const answering =
  (answers: { readonly [K in Stimulus['do']]?: Program }): Program =>
  (stimulus) =>
    (answers[stimulus.do] ?? alive)(stimulus);

/** Lines of the copy on one host, whatever it is told. */
export const on =
  (host: string, ...lines: ReturnType<Program>): Program =>
  (stimulus) =>
    'host' in stimulus && stimulus.host === host ? lines : [];
