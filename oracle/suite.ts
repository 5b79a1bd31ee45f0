import { unusable } from './conform/finding.ts';
import { type Played, play } from './conform/play.ts';
import { reduced } from './conform/reduce.ts';
import type { Script } from './conform/script.ts';
import { scripts } from './conform/scripts.ts';
import { type Claims, type Said, type Stimulus, spokenIn } from './conform/stimulus.ts';
import { storyLines } from './conform/story.ts';

/**
 * A program under test in the same process: what `lockstep conform` says over stdin comes as
 * objects, and each is answered by what the program would print, in order, without the closing
 * `done`. The protocol is in docs/guide/07-your-own-program.md.
 */
export type Adapter = {
  /** What it claims in its answer to `hello`: variants of the protocol, and parts. */
  readonly settings?: Claims;
  readonly tell: (stimulus: Stimulus) => readonly object[];
};

/** Some scripts, of which one refutes the program, or none. */
export type Outcome = { readonly played: number; readonly story: string | null };

const heard = (adapter: Adapter, stimulus: Stimulus): readonly Said[] | string => {
  const said: Said[] = [];
  for (const line of adapter.tell(stimulus)) {
    const spoken = spokenIn(JSON.stringify(line));
    if (spoken.kind === 'garbled') return spoken.sentence;
    if (spoken.kind !== 'said') return `it answers ${stimulus.do} with no observation`;
    said.push(spoken);
  }
  return said;
};

/** One script, played to its end or to what cannot be. */
export const played = (adapter: Adapter, script: Script): Played => {
  const { playing, episodes } = play(script);
  let step = playing.next();
  while (step.done !== true) {
    const said = heard(adapter, step.value);
    if (typeof said === 'string') return { finding: unusable('garbled', said), episodes };
    step = playing.next(said);
  }
  return { finding: step.value, episodes };
};

/** As many runs are made at most to make a story short. */
const mostRuns = 2000;

const storyOf = async (adapter: Adapter, script: Script, key: string): Promise<string> => {
  let runs = 0;
  const small = await reduced(
    script,
    async (one) => played(adapter, one).finding?.key === key,
    () => ++runs > mostRuns,
  );
  const { finding, episodes } = played(adapter, small);
  if (finding === null) return 'It is refuted by a longer script only.';
  const cites = finding.cites.length === 0 ? '' : ` (${finding.cites.join(', ')})`;
  return [...storyLines(episodes), `${finding.sentence}${cites}.`].join('\n');
};

/**
 * Plays so many scripts of a seed with a program, until one refutes it: then its story, made short.
 *
 * @param length events in a script
 */
export const campaign = async (
  adapter: Adapter,
  {
    seed,
    count,
    length,
  }: { readonly seed: number; readonly count: number; readonly length: number },
): Promise<Outcome> => {
  const scriptOf = scripts(adapter.settings ?? {}, length);
  for (let number = 0; number < count; number++) {
    const script = scriptOf(seed, number);
    const finding = script === undefined ? null : played(adapter, script).finding;
    if (script !== undefined && finding !== null) {
      return { played: number + 1, story: await storyOf(adapter, script, finding.key) };
    }
  }
  return { played: count, story: null };
};
