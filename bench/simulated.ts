import { foldImage } from '../impl/guest/fold.ts';
import type { Input } from '../impl/hypervisor/input.ts';
import { everyStep } from '../properties/catalogue.ts';
import { type Conformer, conformer } from '../properties/conformance/conform.ts';
import { specifiedFor } from '../properties/conformance/soaked.ts';
import { foldDigest, programWith } from '../properties/conformance/trial.ts';
import type { Claim } from '../properties/property.ts';
import { type FoldSoak, foldSoak } from '../properties/simulation/plan.ts';
import type { Core, Program } from '../properties/simulation/program.ts';
import type { Reported } from '../properties/simulation/reported.ts';
import { soak } from '../properties/simulation/timed.ts';
import { counted, cpuSeconds, type Figure, median } from './figure.ts';

const troubledMs = 3000; // of faults in each run, ten times as fast as the usual settings
const seeds: readonly string[] = Array.from({ length: 10 }, (_, at) => `bench ${at}`);
const roundCount = 5;

const following = (run: FoldSoak, claims: readonly Claim[]): Conformer =>
  conformer(specifiedFor(run), { digestOf: foldDigest, claims });

const conforms = (run: FoldSoak): boolean => {
  const { feed } = following(run, everyStep);
  let isWhole = true;
  soak(programWith(), foldImage(run.program), run.plan, (line) => {
    isWhole &&= feed(line) === null;
  });
  return isWhole;
};

/** A run that is held against the specification while it goes; its events there. */
const checked = (run: FoldSoak): number => {
  const { feed, eventCount } = following(run, everyStep);
  soak(programWith(), foldImage(run.program), run.plan, (line) => void feed(line));
  return eventCount();
};

/** What each core was made and told, one after the other. */
type Told = (() => void)[];

const overheard = (told: Told): Program => {
  const program = programWith();
  const listen = (core: Core, make: () => Core): Core => {
    let again: Core | null = null;
    told.push(() => {
      again = make();
    });
    const handle = (input: Input, nowMs: number) => {
      told.push(() => again?.handle(input, nowMs));
      return core.handle(input, nowMs);
    };
    return {
      handle,
      nextDeadlineMs: () => core.nextDeadlineMs(),
      wantsCpu: () => core.wantsCpu(),
      limitPercent: () => core.limitPercent(),
      alarmMs: () => core.alarmMs?.(),
      status: () => core.status(),
    };
  };
  return {
    boot: (options) => listen(program.boot(options), () => program.boot(options)),
    destination: (options) =>
      listen(program.destination(options), () => program.destination(options)),
  };
};

/** Seconds that the parts of a checked run take by themselves, and all of it at once. */
type Shares = {
  events: number;
  whole: number;
  core: number;
  conformance: number;
  claims: number;
};

const measured = (run: FoldSoak, shares: Shares): void => {
  shares.whole += cpuSeconds(() => {
    shares.events += checked(run);
  });
  const told: Told = [];
  const lines: Reported[] = [];
  soak(overheard(told), foldImage(run.program), run.plan, (line) => lines.push(line));
  shares.core += cpuSeconds(() => {
    for (const tell of told) tell();
  });
  const held = (claims: readonly Claim[]): number => {
    const { feed } = following(run, claims);
    return cpuSeconds(() => {
      for (const line of lines) feed(line);
    });
  };
  const alone = held([]);
  shares.conformance += alone;
  shares.claims += held(everyStep) - alone;
};

const round = (runs: readonly FoldSoak[]): Shares => {
  const shares = { events: 0, whole: 0, core: 0, conformance: 0, claims: 0 };
  for (const run of runs) measured(run, shares);
  return shares;
};

/** A run that leaves the specification ends there, so that its rate means nothing. */
const left = (count: number, of: number): string =>
  count === 0 ? '' : `; ${count} of ${of} runs leave the specification and do not count`;

/** The program in simulation, every line of whose report is checked. */
export const simulatedFigures = (): readonly Figure[] => {
  const all = seeds.map((seed) => foldSoak(seed, troubledMs));
  const runs = all.filter(conforms);
  const rounds = Array.from({ length: roundCount }, () => round(runs));
  const share = (of: (shares: Shares) => number): string =>
    `${Math.round(100 * median(rounds.map((shares) => of(shares) / shares.whole)))} %`;
  const rest = ({ whole, core, conformance, claims }: Shares): number =>
    whole - core - conformance - claims;
  const rates = rounds.map(({ events, whole }) => events / whole);
  return [
    {
      what: 'simulated program, every line and claim checked, per second of one core',
      asked: '20,000 protocol events, towards 50,000',
      measured: `${counted(median(rates))} events${left(all.length - runs.length, all.length)}`,
    },
    {
      what: 'of that: the program, the world, the specification, the claims',
      asked: '',
      measured: [
        share(({ core }) => core),
        share(rest),
        share(({ conformance }) => conformance),
        share(({ claims }) => claims),
      ].join(', '),
    },
  ];
};
