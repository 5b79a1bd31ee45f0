import { foldImage } from '../../impl/guest/fold.ts';
import type { Image } from '../../impl/guest/guest.ts';
import { allFeatures, defaultSettings, type Settings } from '../../model/settings.ts';
import { everyStep } from '../catalogue.ts';
import { clientsOf } from '../simulation/clients.ts';
import type { FoldSoak, ImageSoak } from '../simulation/plan.ts';
import type { Program } from '../simulation/program.ts';
import type { Reported } from '../simulation/reported.ts';
import { type Soaked, soak } from '../simulation/timed.ts';
import { conformer } from './conform.ts';
import { digesting } from './digesting.ts';
import type { Divergence } from './divergence.ts';
import { divergenceText } from './divergence-text.ts';
import { opinionOf } from './single-machine.ts';
import { foldDigest, sentenceOf, unsaidIn } from './trial.ts';

/** What a soak comes to when everybody who has an opinion has been asked. */
export type Judged = {
  readonly wrong: string | null; // one sentence
  readonly story: string; // of a divergence; else empty
  readonly lines: readonly string[]; // the report as it is written
  readonly events: number; // of the specification
  readonly recoveredMs: number; // of the calm, until all was back
  readonly generation: number;
};

type Planned = FoldSoak | ImageSoak;

const imageOf = (run: Planned): Image => ('image' in run ? run.image : foldImage(run.program));

/** The settings of the specification for a soak; the program of any other image it has to hear. */
export const specifiedFor = (run: Planned): Settings => {
  const { plan } = run;
  const { packetGroupMax, ackPoint, connectionLoss, goLiveOutput, arbitration } = plan.settings;
  const program = 'image' in run ? defaultSettings.program : run.program;
  return {
    ...defaultSettings,
    ...{ program, packetGroup: packetGroupMax, start: 'unprotected', clock: null },
    ...{ features: allFeatures, ackPoint, connectionLoss, goLiveOutput, arbitration },
  };
};

type Course = {
  readonly reports: readonly Reported[];
  readonly lines: readonly string[];
  readonly soaked: Soaked | null;
  readonly fault: string | null; // the sentence of an invariant that the program broke
};

const course = (program: Program, run: Planned, hear: (line: Reported) => void): Course => {
  const reports: Reported[] = [];
  const lines: string[] = [];
  const note = (line: Reported): void => {
    reports.push(line);
    lines.push(JSON.stringify(line));
    hear(line);
  };
  try {
    const soaked = soak(program, imageOf(run), run.plan, note);
    return { reports, lines, soaked, fault: null };
  } catch (error) {
    return { reports, lines, soaked: null, fault: sentenceOf(error) };
  }
};

const lateBy = ({ recoveredMs, boundMs }: Soaked): string | null =>
  recoveredMs <= boundMs ? null : `all is back after ${recoveredMs} ms, not ${boundMs} ms`;

const seenFrom = ({ reports, soaked, fault }: Course, run: Planned): string | null => {
  if (soaked === null) return fault;
  const { witnessed, missing } = soaked;
  const opinion = opinionOf(imageOf(run), reports, witnessed, run.plan.settings.goLiveOutput);
  return opinion ?? unsaidIn({ reports, witnessed })?.sentence ?? missing ?? lateBy(soaked) ?? null;
};

const differing = (one: readonly string[], other: readonly string[]): string | null => {
  if (one.length === other.length && one.every((line, at) => line === other[at])) return null;
  const at = one.findIndex((line, index) => line !== other[index]);
  return `run a second time, it differs from line ${at < 0 ? one.length : at} of the report on`;
};

const untold = (): void => undefined;

const left = ({ at, reported, breach }: Divergence): string => {
  const who = reported.by === 'copy' ? `copy ${reported.copy}` : 'the world';
  const what = reported.by === 'copy' ? reported.report.did : reported.happening.what;
  const why =
    breach.kind === 'refused'
      ? breach.refusal
      : breach.kind === 'senseless'
        ? breach.sentence
        : breach.kind === 'broken'
          ? `${breach.claim.id} is broken`
          : `${breach.what} is ${breach.program}, not ${breach.specification}`;
  return `it leaves the specification at line ${at}, where ${who} says "${what}": ${why}`;
};

/**
 * Runs a soak twice. The report has to be the same to the byte, and a run of the specification
 * along which every safety claim holds; what was seen outside has to be what one machine alone puts
 * out, and what the report says; and after the calm all has to be back in time.
 */
export const judgedSoak = (by: Program, run: Planned): Judged => {
  const program = 'image' in run ? digesting(by) : by;
  const { feed, eventCount } = conformer(specifiedFor(run), {
    digestOf: foldDigest,
    claims: everyStep,
    guest: 'image' in run ? { image: run.image, clients: clientsOf(run.image) } : null,
  });
  let divergence: Divergence | null = null;
  const first = course(program, run, (line) => {
    divergence ??= feed(line);
  });
  const second = course(program, run, untold);
  const found: Divergence | null = divergence;
  return {
    wrong:
      seenFrom(first, run) ??
      (found === null ? null : left(found)) ??
      differing(first.lines, second.lines),
    story: found === null ? '' : divergenceText(found),
    lines: first.lines,
    events: eventCount(),
    recoveredMs: first.soaked?.recoveredMs ?? 0,
    generation: first.soaked?.generation ?? 0,
  };
};
