import { digestOf as digestOfBytes } from '../../impl/guest/digest.ts';
import { foldImage } from '../../impl/guest/fold.ts';
import type { Image } from '../../impl/guest/guest.ts';
import { bytesOf } from '../../impl/guest/numbers.ts';
import { Hypervisor } from '../../impl/hypervisor/hypervisor.ts';
import { type Policies, paperPolicies } from '../../impl/hypervisor/policies.ts';
import type { Put } from '../../impl/hypervisor/report.ts';
import type { Script } from '../checker/script.ts';
import type { Claim, Sometimes } from '../property.ts';
import { clientsOf } from '../simulation/clients.ts';
import { heldToContract } from '../simulation/contract.ts';
import type { Program } from '../simulation/program.ts';
import type { Reported } from '../simulation/reported.ts';
import { type Played, playScript } from '../simulation/scripted.ts';
import type { Witnessed } from '../simulation/world.ts';
import { conformer } from './conform.ts';
import { digesting } from './digesting.ts';
import type { Divergence } from './divergence.ts';
import type { DigestOf } from './ledger.ts';

/** What the world has heard is not what the program says that it put out: the sentence. */
type Unsaid = { readonly kind: 'unsaid'; readonly sentence: string };

/** What a run of the program can be refuted by. */
export type Finding =
  /** It is no run of the specification, or one that breaks a claim. */
  | { readonly kind: 'divergence'; readonly divergence: Divergence }
  | Unsaid
  /** It broke one of its own invariants, or its contract with its host: the sentence. */
  | { readonly kind: 'fault'; readonly sentence: string };

/** What came of one script. */
export type Trial = {
  readonly finding: Finding | null;
  readonly lines: number; // of the report
  readonly events: number; // of the specification that they stand for
  readonly applied: number; // events of the script that meant something to the program
};

/** What the program is held against besides the specification's rules. */
export type TrialOptions = {
  readonly claims?: readonly Claim[];
  readonly witnesses?: Set<Sometimes>;
  /** The guest; without one it is the fold machine with the program of the script. */
  readonly image?: Image | null;
};

/** The program that decides so; as the paper does unless told otherwise. */
export const programWith = (changed: Partial<Policies> = {}): Program => {
  const policies = { ...paperPolicies, ...changed };
  return {
    boot: (options) => Hypervisor.boot(options, policies),
    destination: (options) => Hypervisor.destination(options, policies),
  };
};

/** How the fold machine represents what the specification's guest puts out: word by word. */
export const foldDigest: DigestOf = (_, content) => digestOfBytes(bytesOf(...content));

/** The sentence of an assertion; anything else is no finding, but a bug of the harness. */
export const sentenceOf = (error: unknown): string => {
  if (error instanceof Error && error.message.startsWith('broken ')) return error.message;
  throw error;
};

const saidOn = (reports: readonly Reported[], device: Put['device']): readonly string[] =>
  reports.flatMap((line) => {
    if (line.by !== 'copy' || line.report.did !== 'released') return [];
    const { output } = line.report;
    return output.device === device ? [`${line.copy}: ${output.digest}`] : [];
  });

type Heard = Witnessed['transmitted'];

const isHeard = (reports: readonly Reported[], device: Put['device'], heard: Heard): boolean => {
  const said = saidOn(reports, device);
  const got = heard.map(({ copy, bytes }) => `${copy}: ${digestOfBytes(bytes)}`);
  return said.length === got.length && said.every((text, index) => text === got[index]);
};

/** What the program has said and the world has heard. */
type Heeded = Pick<Played, 'reports' | 'witnessed'>;

/** The report is about what the world gets, in this order, and nothing besides (R22-11). */
export const unsaidIn = ({ reports, witnessed }: Heeded): Unsaid | null => {
  const { transmitted, printed } = witnessed;
  const isAll = isHeard(reports, 'network', transmitted) && isHeard(reports, 'console', printed);
  const sentence = 'the world has heard other outputs than the program says that it released';
  return isAll ? null : { kind: 'unsaid', sentence };
};

type PlayedSo = Pick<Trial, 'finding' | 'applied'> & { readonly reports: readonly Reported[] };

const playedBy = (program: Program, image: Image, script: Script): PlayedSo => {
  try {
    const played = playScript(heldToContract(program), image, script);
    return { reports: played.reports, applied: played.applied, finding: unsaidIn(played) };
  } catch (error) {
    return { reports: [], applied: 0, finding: { kind: 'fault', sentence: sentenceOf(error) } };
  }
};

/** Plays a script to the program and holds its report against the specification. */
export const trial = (program: Program, script: Script, options: TrialOptions = {}): Trial => {
  const { image = null, ...rest } = options;
  const played =
    image === null
      ? playedBy(program, foldImage(script.settings.program), script)
      : playedBy(digesting(program), image, script);
  const { reports, applied } = played;
  const { feed, eventCount } = conformer(script.settings, {
    ...rest,
    digestOf: foldDigest,
    guest: image === null ? null : { image, clients: clientsOf(image) },
  });
  for (const [at, reported] of reports.entries()) {
    const divergence = feed(reported);
    if (divergence === null) continue;
    const finding = { kind: 'divergence', divergence } as const;
    return { finding, lines: at, events: eventCount(), applied };
  }
  return { finding: played.finding, lines: reports.length, events: eventCount(), applied };
};

/** What is found, whatever the numbers of it: those of requirements and questions stay. */
export const withoutNumbers = (sentence: string): string =>
  sentence.replace(/\b([RQ]\d+(?:-\d+)?)|\d+/g, (_, cited?: string) => cited ?? 'n');

/** What a finding is about, so that shrinking does not wander off to another one. */
export const causeOf = (finding: Finding): string => {
  if (finding.kind !== 'divergence') return withoutNumbers(finding.sentence);
  const { breach } = finding.divergence;
  if (breach.kind === 'refused') return `${breach.event.type}: ${breach.refusal}`;
  if (breach.kind === 'differs') return breach.what;
  return breach.kind === 'senseless' ? withoutNumbers(breach.sentence) : breach.claim.id;
};
