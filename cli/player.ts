import type { Finding } from '../oracle/conform/finding.ts';
import { unusable } from '../oracle/conform/finding.ts';
import { type Played, play } from '../oracle/conform/play.ts';
import type { Script } from '../oracle/conform/script.ts';
import { protocolVersion, type Said, type Stimulus } from '../oracle/conform/stimulus.ts';
import type { Claimed } from '../oracle/header.ts';
import { type Foreign, foreign, type Launch } from './foreign.ts';

/** Plays scripts with a program that runs as one process, or as one for each host. */
export type Player = {
  /** What the program claims, or why it cannot be asked. */
  readonly meet: () => Promise<Claimed | Finding>;
  readonly play: (script: Script) => Promise<Played>;
  readonly stimuli: () => number;
  readonly end: () => void;
};

type Room = { readonly launch: Launch; readonly seats: readonly string[] };
type Team = { readonly members: ReadonlyMap<string, Foreign>; readonly claims: Claimed };
type Heard = readonly Said[] | 'cannotReset' | Finding;

const isFinding = (value: object): value is Finding => 'sentence' in value;

const endAll = (members: Iterable<Foreign>): void => {
  for (const member of members) member.end();
};

/** A process for each seat, all of which have said hello. */
const gathered = async ({ launch, seats }: Room): Promise<Team | Finding> => {
  const members = new Map(seats.map((seat) => [seat, foreign(launch)] as const));
  let claims: Claimed = {};
  for (const member of members.values()) {
    const answer = await member.ask({ do: 'hello', version: protocolVersion });
    if (answer.kind === 'said' && answer.said.length === 0) claims = answer.claims;
    else {
      endAll(members.values());
      if (answer.kind === 'failed') return answer.finding;
      return unusable('no hello', 'it answers hello with something else');
    }
  }
  return { members, claims };
};

const heardFrom = async (member: Foreign, stimulus: Stimulus): Promise<Heard> => {
  const answer = await member.ask(stimulus);
  if (answer.kind === 'said') return answer.said;
  return answer.kind === 'failed' ? answer.finding : 'cannotReset';
};

const told = async ({ members }: Team, stimulus: Stimulus): Promise<Heard> => {
  const addressed = 'host' in stimulus ? members.get(stimulus.host) : undefined;
  if (addressed !== undefined) return heardFrom(addressed, stimulus);
  const said: Said[] = [];
  for (const member of members.values()) {
    const heard = await heardFrom(member, stimulus);
    if (heard === 'cannotReset' || isFinding(heard)) return heard;
    said.push(...heard);
  }
  return said;
};

/** A program that has ended, or cannot reset, is started again. */
export const playerFor = (launch: Launch, isEachHost: boolean): Player => {
  const room: Room = { launch, seats: isEachHost ? ['A', 'B'] : ['pair'] };
  let team: Team | null = null;
  let stimuli = 0;
  const dismiss = (): void => {
    if (team !== null) endAll(team.members.values());
    team = null;
  };
  const met = async (): Promise<Team | Finding> => {
    if (team !== null) return team;
    const found = await gathered(room);
    if (!isFinding(found)) team = found;
    return found;
  };
  const ask = async (stimulus: Stimulus, isFresh = false): Promise<Heard> => {
    const wasThere = team !== null;
    const found = await met();
    if (isFinding(found)) return found;
    stimuli++;
    const heard = await told(found, stimulus);
    if (heard !== 'cannotReset') return heard;
    dismiss();
    if (stimulus.do === 'reset' && wasThere && !isFresh) return ask(stimulus, true);
    return unusable('cannot reset', 'it cannot reset although it has just been started');
  };
  return {
    meet: async () => {
      const found = await met();
      return isFinding(found) ? found : found.claims;
    },
    play: async (script) => {
      const { playing, episodes } = play(script);
      let step = playing.next();
      while (step.done !== true) {
        const heard = await ask(step.value);
        if (heard === 'cannotReset' || isFinding(heard)) {
          dismiss();
          const finding = heard === 'cannotReset' ? unusable('cannot reset', heard) : heard;
          return { finding, episodes };
        }
        step = playing.next(heard);
      }
      return { finding: step.value, episodes };
    },
    stimuli: () => stimuli,
    end: dismiss,
  };
};
