// The program behind the door that others come in by: its reports, told as observations that the
// oracle judges, in the simulated world and with all kinds of faults.

import { describe, expect, it } from 'vitest';
import { digestOf } from '../impl/guest/digest.ts';
import { foldImage } from '../impl/guest/fold.ts';
import { keyValueImage } from '../impl/guest/key-value.ts';
import { bytesOf } from '../impl/guest/numbers.ts';
import type { Line } from '../impl/observed/line.ts';
import { toldRun } from '../impl/observed/observation.ts';
import type { Reported } from '../impl/observed/reported.ts';
import { type Features, noFeatures, type Settings } from '../model/settings.ts';
import type { Header } from '../oracle/header.ts';
import { session } from '../oracle/session.ts';
import { headerFor } from '../oracle/tell-log.ts';
import type { Why } from '../oracle/why.ts';
import type { Script } from '../properties/checker/script.ts';
import { scriptOfRun } from '../properties/conformance/check-impl.ts';
import { digesting } from '../properties/conformance/digesting.ts';
import { huntSuite } from '../properties/conformance/refute.ts';
import { programWith } from '../properties/conformance/trial.ts';
import { programOf } from '../properties/conformance/wrong/wrong-program.ts';
import {
  countingSlices,
  interruptingLate,
  losingBytes,
} from '../properties/conformance/wrong-guests.ts';
import { wrongNamed } from '../properties/conformance/wrong-policies.ts';
import { clientsOf } from '../properties/simulation/clients.ts';
import type { Program } from '../properties/simulation/program.ts';
import { playScript } from '../properties/simulation/scripted.ts';

const numbers = new Map(Array.from({ length: 1000 }, (_, n) => [digestOf(bytesOf(n)), n]));

/** The VM boots alone on A, as the first of all copies; buffers are counted in bytes. */
const headerOf = (settings: Settings): Header => {
  const told = headerFor(settings, 'white');
  const { ackPoint, connectionLoss, goLiveOutput, arbitration, packetGroup } = settings;
  return {
    ...told,
    primary: { copy: '0', host: 'A' },
    backup: null,
    profile: [...new Set([...(told.profile ?? []), 'migration' as const])],
    settings: { ackPoint, connectionLoss, goLiveOutput, arbitration, packetGroup },
  };
};

const linesOf = (reports: readonly Reported[], { program }: Settings): readonly Line[] =>
  toldRun(reports, {
    packet: (_, digest) => numbers.get(digest) ?? numbers.size,
    does: (position) => program[position % program.length] ?? 'compute',
    share: 100,
  });

type Files = ReadonlyMap<string, readonly Line[]>;

const inOne = (lines: readonly Line[]): Files => new Map([['all', lines]]);

const byNode = (lines: readonly Line[]): Files => Map.groupBy(lines, ({ node }) => node);

type Verdict = { readonly kind: string; readonly why: Why | null };

/** What the oracle says of the files. */
const judged = (header: Header, files: Files): Verdict => {
  const judging = session([...files.keys()]);
  const left = [...files.values()].map((lines): Uint8Array[] => {
    const text = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
    return [new TextEncoder().encode(text)];
  });
  for (let file = judging.wants(); file !== null; file = judging.wants()) {
    judging.feed(file, left[file]?.shift() ?? null);
  }
  const concluded = judging.concluded();
  if (concluded === null) throw new Error('it comes to nothing');
  if ('sentence' in concluded) return { kind: concluded.sentence, why: null };
  return { kind: concluded.verdict.kind, why: concluded.why };
};

const reportsOf = (program: Program, script: Script): readonly Reported[] =>
  playScript(program, foldImage(script.settings.program), script).reports;

/**
 * In the order in which all was reported; where that has an end of somebody before a step of
 * another who has not heard of it, one file for each node has it in an order that can be.
 */
const verdictOf = (reports: readonly Reported[], settings: Settings): Verdict => {
  const header = headerOf(settings);
  const lines = linesOf(reports, settings);
  const verdict = judged(header, inOne(lines));
  if (verdict.kind === 'accepted') return verdict;
  const merged = judged(header, byNode(lines));
  return merged.kind === 'accepted' ? merged : verdict;
};

const right = programWith();

const suiteOf = (features: Features) => ({
  program: right,
  seed: '1',
  fixed: { features },
  strategies: ['swarm', 'pct'] as const,
  claims: [],
});

const parts: readonly (readonly [string, Features])[] = [
  ['core', noFeatures],
  ['disk', { ...noFeatures, disk: true }],
  ['control', { ...noFeatures, control: true, console: true }],
  ['migration', { ...noFeatures, vmotion: true }],
];

/** A guest that the specification does not know: lines say what it does, and its states. */
const given = (script: Script, program: Program = right, image = keyValueImage): Verdict => {
  const { settings } = script;
  const { reports } = playScript(digesting(program), image, script);
  const clients = clientsOf(keyValueImage);
  const sent = Array.from({ length: 300 }, (_, n) => digestOf(clients.packet(n)));
  const lines = toldRun(reports, {
    packet: (_, digest) => sent.indexOf(digest),
    does: null,
    share: 100,
  });
  const { program: _, ...header } = headerOf(settings);
  return judged({ ...header, profile: ['core', 'disk', 'control', 'migration'] }, inOne(lines));
};

const anyScript = (run: number): Script => scriptOfRun({ ...suiteOf(noFeatures), fixed: {} }, run);

describe('what the program reports is accepted', () => {
  it('with another guest, and the digest of its state whenever it has executed', () => {
    for (let run = 0; run < 40; run++) {
      const { kind, why } = given(anyScript(run));
      expect(`run ${run}: ${kind} ${why?.sentence ?? ''}`).toBe(`run ${run}: accepted `);
    }
  });

  it.each(parts)('%s', (_, features) => {
    let lineCount = 0;
    for (let run = 0; run < 100; run++) {
      const script = scriptOfRun(suiteOf(features), run);
      const reports = reportsOf(right, script);
      const { kind, why } = verdictOf(reports, script.settings);
      expect(`run ${run}: ${kind} ${why?.sentence ?? ''}`).toBe(`run ${run}: accepted `);
      lineCount += reports.length;
    }
    expect(lineCount).toBeGreaterThan(10_000);
  });
});

/** The first script on which a program is refused, and the right one is not. */
const refusal = (name: string): Why | null => {
  const wrong = wrongNamed(name);
  if (wrong === null) throw new Error(`there is no wrong program named ${name}`);
  const suite = huntSuite(wrong, '1');
  for (let run = 0; run < 20; run++) {
    const script = scriptOfRun(suite, run);
    const { why } = verdictOf(reportsOf(programOf(wrong), script), script.settings);
    if (why === null) continue;
    expect(verdictOf(reportsOf(right, script), script.settings).kind).toBe('accepted');
    return why;
  }
  return null;
};

describe('a wrong program is refused by what it reports', () => {
  it.each([
    ['no-output-rule', 'R22-4'],
    ['release-off-by-one', 'R22-4'],
    ['ack-on-send', 'R22-4'],
    ['output-entry-omitted', 'R22-3'],
    ['nd-op-not-logged', 'R21-3'],
    ['timer-not-logged', 'R21-4'],
    ['acks-one-more', 'R22-5'],
    ['output-during-replay', 'R20-5'],
    ['group-logged-in-part', 'R35-2'],
    ['backup-skips-TAS', 'R23-17'],
    ['announces-on-suspicion', 'R23-13'],
    ['loser-stays', 'R23-22'],
    ['pairs-in-the-last-generation', 'R23-19'],
    ['quiesce-point-too-early', 'R33-5'],
    ['no-race-serialization', 'R34-1'],
    ['poweroff-overtaken', 'R33-2'],
  ])('%s, for %s', (name, requirement) => {
    expect(refusal(name)?.requirement).toBe(requirement);
  });
});

describe('a wrong guest is refused by the digests of its states', () => {
  it.each([
    ['counts in how many slices it has run', right, countingSlices(keyValueImage)],
    ['is interrupted late on its backup', interruptingLate(right), keyValueImage],
    ['loses bytes on its backup', losingBytes(right), keyValueImage],
  ])('one that %s', (_, program, image) => {
    const runs = Array.from({ length: 20 }, (_, run) => given(anyScript(run), program, image));
    const first = runs.find(({ why }) => why !== null)?.why;
    expect(first?.sentence).toMatch(/digest at position \d+/);
    expect(first?.requirement).toBe('R21-1');
  });
});
