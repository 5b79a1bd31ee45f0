import type { Soak } from './timed.ts';
import type { Clockwork } from './timed-world.ts';
import { type Bounds, boundsOf, stillMs } from './timeliness-bounds.ts';
import { msText, silent, type Timely } from './timeliness-claim.ts';
import { backlogMs, type Ledger } from './timeliness-ledger.ts';
import { pairOf } from './trouble.ts';
import { type Copy, isAble } from './world.ts';

type Moment = {
  readonly works: Clockwork;
  readonly sinceMs: number; // the faults have stopped
  readonly ledger: Ledger;
};

/** What has to be back some time after the faults have stopped. */
type Aim = Pick<Timely, 'name' | 'answersTo' | 'claim' | 'cites' | 'reachedWhen'> & {
  readonly within: keyof Bounds;
  readonly isAsked: (plan: Soak) => boolean;
  /** What is still wrong; `null` if it is met. */
  readonly missing: (plan: Soak) => (moment: Moment) => string | null;
};

const able = ({ works }: Moment): readonly Copy[] =>
  [...works.world.copies.values()].filter((copy) => isAble(copy));

const modeOf = ({ core }: Copy): string => core?.status().mode ?? 'halted';

/** The VM was powered off, and no copy is left of it (R33-2). */
const isGone = (moment: Moment): boolean =>
  able(moment).length === 0 &&
  [...moment.works.world.copies.values()].some(({ because }) => because === 'off');

const serving = (moment: Moment): readonly Copy[] =>
  able(moment).filter((copy) => ['live', 'recording'].includes(modeOf(copy)));

const always = (): boolean => true;

const served: Aim = {
  name: 'service-is-back',
  answersTo: 'L2',
  claim: 'after the faults have stopped one copy serves, and only one, within the bound',
  cites: ['R23-7', 'R23-10', 'R23-17', 'R31-7'],
  reachedWhen: 'no copy serves when the faults stop, or some copy ceases to in the calm',
  within: 'servedMs',
  isAsked: always,
  missing: () => (moment) => {
    const [first, second] = serving(moment);
    if (isGone(moment)) return null;
    if (first === undefined) return 'no copy serves';
    return second === undefined ? null : `copies ${first.name} and ${second.name} both serve`;
  },
};

const answered: Aim = {
  name: 'clients-are-answered',
  answersTo: 'L2',
  claim: 'after the faults have stopped a packet of the VM reaches the clients within the bound',
  cites: ['R23-13', 'R22-8'],
  reachedWhen: 'no packet comes for a while',
  within: 'answeredMs',
  isAsked: always,
  missing: () => (moment) =>
    isGone(moment) || moment.works.answeredAtMs > moment.sinceMs ? null : 'clients hear nothing',
};

const protectedAgain: Aim = {
  name: 'redundancy-is-back',
  answersTo: 'L3',
  claim: 'after the faults have stopped there is a pair again within the bound',
  cites: ['R31-6', 'R31-7', 'R23-23'],
  reachedWhen: 'there is no pair when the faults stop, or it breaks in the calm',
  within: 'protectedMs',
  isAsked: always,
  missing: () => (moment) =>
    isGone(moment) || pairOf(moment.works.world) !== null ? null : 'no copy has a backup',
};

const released: Aim = {
  name: 'nothing-stays-withheld',
  answersTo: 'L1',
  claim: 'what is withheld when the faults stop has left within the bound, or its holder is gone',
  cites: ['R22-8', 'R23-8'],
  reachedWhen: 'an output is withheld when the faults stop',
  within: 'releasedMs',
  isAsked: always,
  missing: () => (moment) => {
    for (const { name } of able(moment)) {
      const [oldest] = moment.ledger.members.get(name)?.withheld ?? [];
      if (oldest === undefined || oldest.atMs > moment.sinceMs) continue;
      return `copy ${name} has withheld an output since ${msText(oldest.atMs)}`;
    }
    return null;
  },
};

const moved: Aim = {
  name: 'moves-end',
  answersTo: 'L5',
  claim: 'each VMotion is done or cancelled within the bound after the faults have stopped',
  cites: ['R33-8', 'R33-9'],
  reachedWhen: 'a VMotion is under way when the faults stop',
  within: 'movedMs',
  isAsked: ({ isManaged }) => isManaged,
  missing: () => (moment) => {
    for (const copy of able(moment)) {
      if (modeOf(copy) === 'arriving') return `copy ${copy.name} has not arrived`;
      if (moment.ledger.moving.has(copy.name)) return `copy ${copy.name} is being moved`;
    }
    return null;
  },
};

const runs: Aim = {
  name: 'guest-is-not-left-waiting',
  answersTo: 'L5',
  claim:
    'the guest of whoever serves executes again within the bound after the faults have stopped',
  cites: ['R33-8', 'R32-6'],
  reachedWhen: 'a guest stands still when the faults stop, or in the calm',
  within: 'releasedMs',
  isAsked: always,
  missing: ({ settings, pace }) => {
    const longestMs = stillMs(settings, pace);
    let position = -1;
    let movedAtMs = Number.NEGATIVE_INFINITY;
    return (moment) => {
      const [copy] = serving(moment);
      const now = copy?.core?.status().position ?? -1;
      const { nowMs } = moment.works.agenda;
      if (now !== position) movedAtMs = nowMs();
      position = now;
      if (isGone(moment)) return null;
      return now < 0 || nowMs() - movedAtMs > longestMs ? 'no guest executes' : null;
    };
  },
};

const completed: Aim = {
  name: 'disk-comes-back',
  answersTo: 'L2a',
  claim:
    'whoever serves after the faults have stopped hands a disk operation over within the bound, ' +
    'or waits for none',
  cites: ['R34-7', 'R34-11'],
  reachedWhen: 'nobody serves when the faults stop, or a disk operation is outstanding',
  within: 'completedMs',
  isAsked: always,
  missing: () => {
    const met = new Set<string>();
    return (moment) => {
      const [copy] = serving(moment);
      if (isGone(moment)) return null;
      if (copy === undefined) return 'nobody serves who could hand one over';
      const { name, core } = copy;
      const outstandingCount = core?.status().outstandingCount ?? 0;
      const completedAtMs = moment.ledger.completedAtMs.get(name) ?? moment.sinceMs;
      if (outstandingCount === 0 || completedAtMs > moment.sinceMs) met.add(name);
      return met.has(name) ? null : `copy ${name} waits for ${outstandingCount} disk operations`;
    };
  },
};

const poweredOff: Aim = {
  name: 'power-off-ends',
  answersTo: 'L7',
  claim: 'a VM that is powered off is gone within the bound, or served by one that took over',
  cites: ['R33-2'],
  reachedWhen: 'a VM is off, and there, when the faults stop',
  within: 'servedMs',
  isAsked: ({ powerOffAtMs }) => powerOffAtMs !== null,
  missing: () => (moment) => {
    const off = able(moment).find(({ core }) => core?.status().isOff === true);
    return off === undefined ? null : `copy ${off.name} is off, and there`;
  },
};

const unthrottled: Aim = {
  name: 'limit-is-back',
  answersTo: 'L6',
  claim: 'the limit of a primary is back at 100 % within the bound after the load has gone',
  cites: ['R32-10', 'R32-12'],
  reachedWhen: 'a primary is throttled when the faults stop',
  within: 'unthrottledMs',
  isAsked: ({ burden }) => burden !== null && burden.speedPercent > 0,
  missing: () => (moment) => {
    for (const { core } of serving(moment)) {
      const { throttlePercent } = core?.status() ?? { throttlePercent: 100 };
      if (throttlePercent < 100) return `the limit is ${throttlePercent} %`;
    }
    return null;
  },
};

const claimed = ({ within, isAsked, missing, ...claim }: Aim): Timely => ({
  ...claim,
  watch: (ledger, plan) => {
    let boundMs = Number.POSITIVE_INFINITY;
    const missingNow = missing(plan);
    let neededMs = 0;
    let reached = 0;
    return {
      ...{ passing: silent, turn: silent, reached: () => reached },
      used: () => neededMs / boundMs,
      calm: (works, sinceMs) => {
        if (works.agenda.nowMs() === sinceMs) {
          boundMs = boundsOf({ ...plan, lagMs: backlogMs(ledger) })[within];
        }
        const found = isAsked(plan) ? missingNow({ works, sinceMs, ledger }) : null;
        if (found === null) return { isMet: true, owing: null };
        reached = 1;
        const atMs = works.agenda.nowMs();
        neededMs = atMs - sinceMs;
        const owed = `all back by ${msText(sinceMs + boundMs)}: calm since ${msText(sinceMs)}`;
        const owing = neededMs > boundMs ? { copy: 'any', atMs, owed, found } : null;
        return { isMet: false, owing };
      },
    };
  },
});

/** The claims about what is back after the faults have stopped. */
export const ofCalm: readonly Timely[] = [
  ...[served, answered, protectedAgain, released, moved, runs, completed, poweredOff, unthrottled],
].map(claimed);
