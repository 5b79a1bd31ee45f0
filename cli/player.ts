import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../oracle/conform/finding.ts';
import { unusable } from '../oracle/conform/finding.ts';
import { type Played, play } from '../oracle/conform/play.ts';
import type { Script } from '../oracle/conform/script.ts';
import {
  type Claims,
  protocolVersion,
  type Said,
  type Stimulus,
} from '../oracle/conform/stimulus.ts';
import { type Foreign, foreign, type Launch } from './foreign.ts';

/** Plays scripts with a program that runs as one process, or as one for each host. */
export type Player = {
  /** What the program claims, or why it cannot be asked. */
  readonly meet: () => Promise<Claims | Finding>;
  /** `null` where it was given up: its processes have ended then. */
  readonly play: (script: Script, isGivenUp?: AbortSignal) => Promise<Played | null>;
  readonly stimuli: () => number;
  /** The next script is the first of its processes. */
  readonly end: () => void;
};

type Team = { readonly members: ReadonlyMap<string, Foreign>; readonly claims: Claims };
type Heard = readonly Said[] | 'cannotReset' | Finding;

const isFinding = (value: object): value is Finding => 'sentence' in value;

const endAll = (members: Iterable<Foreign>): void => {
  for (const member of members) member.end();
};

const started = (launch: Launch, isEachHost: boolean): ReadonlyMap<string, Foreign> => {
  const seat = (host: string): [string, Foreign] => [
    host,
    foreign(launch, `its process for host ${host}`),
  ];
  return new Map(isEachHost ? [seat('A'), seat('B')] : [['pair', foreign(launch, 'it')]]);
};

/** All of them have to say hello, and claim the same. */
const greeted = async (members: ReadonlyMap<string, Foreign>): Promise<Claims | Finding> => {
  const claims: Claims[] = [];
  for (const member of members.values()) {
    const answer = await member.ask({ do: 'hello', version: protocolVersion });
    if (answer.kind === 'failed') return answer.finding;
    if (answer.kind === 'cannotReset') return unusable('no hello', 'it does not answer hello');
    claims.push(answer.claims);
  }
  const [first = {}, second = first] = claims;
  if (isDeepStrictEqual(first, second)) return first;
  return unusable('claims differ', 'its processes for the two hosts claim different settings');
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

const noReset = unusable('cannot reset', 'it cannot reset although it has just been started');

type Company = {
  readonly met: () => Promise<Team | Finding>;
  readonly isThere: () => boolean;
  readonly dismiss: () => void;
};

const companyOf = (launch: Launch, isEachHost: boolean): Company => {
  let members: ReadonlyMap<string, Foreign> | null = null;
  let team: Team | null = null;
  const dismiss = (): void => {
    if (members !== null) endAll(members.values());
    members = null;
    team = null;
  };
  return {
    isThere: () => team !== null,
    dismiss,
    met: async () => {
      if (team !== null) return team;
      const all = started(launch, isEachHost);
      members = all;
      const claims = await greeted(all);
      if (isFinding(claims)) {
        dismiss();
        return claims;
      }
      team = { members: all, claims };
      return team;
    },
  };
};

const isOver = (signal?: AbortSignal): boolean => signal?.aborted === true;

/** A program that has ended, or cannot reset, is started again. */
export const playerFor = (launch: Launch, isEachHost: boolean): Player => {
  const company = companyOf(launch, isEachHost);
  let stimuli = 0;
  const ask = async (stimulus: Stimulus, isFresh: boolean): Promise<readonly Said[] | Finding> => {
    const wasThere = company.isThere();
    const team = await company.met();
    if (isFinding(team)) return team;
    stimuli++;
    const heard = await told(team, stimulus);
    if (heard !== 'cannotReset') return heard;
    company.dismiss();
    return wasThere && !isFresh ? ask(stimulus, true) : noReset;
  };
  const played = async (script: Script): Promise<Played> => {
    const { playing, episodes } = play(script);
    let step = playing.next();
    while (step.done !== true) {
      const heard = await ask(step.value, false);
      if (isFinding(heard)) {
        company.dismiss();
        return { finding: heard, episodes };
      }
      step = playing.next(heard);
    }
    return { finding: step.value, episodes };
  };
  return {
    meet: async () => {
      const team = await company.met();
      return isFinding(team) ? team : team.claims;
    },
    play: async (script, isGivenUp) => {
      if (isOver(isGivenUp)) return null;
      isGivenUp?.addEventListener('abort', company.dismiss);
      const result = await played(script);
      isGivenUp?.removeEventListener('abort', company.dismiss);
      return isOver(isGivenUp) ? null : result;
    },
    stimuli: () => stimuli,
    end: company.dismiss,
  };
};
