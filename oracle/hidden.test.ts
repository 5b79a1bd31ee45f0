import { describe, expect, it } from 'vitest';
import { seeded } from '../properties/checker/chooser.ts';
import type { Claimed, Header } from './header.ts';
import { judge, type Refused, type Verdict } from './judge.ts';
import { type Did, dids, type Profile, type Sight } from './observation.ts';
import { requirementOf } from './requirement.ts';
import type { ToldLog } from './tell-log.ts';
import { toldRun } from './told-run.ts';

const judged = ({ header, lines }: ToldLog): Verdict => {
  const { feed, end } = judge(header);
  for (const line of lines) {
    const verdict = feed(line);
    if (verdict !== null) return verdict;
  }
  return end();
};

const whole: readonly Profile[] = ['core', 'disk', 'control', 'migration'];

const seeds = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, seed) => seed);

/** Without some of the lines with these words, as the header says. */
const without = ({ header, lines }: ToldLog, hides: readonly Did[], name: string): ToldLog => {
  const chooser = seeded(name);
  const oneIn = 1 + chooser.below(3); // of those, or all
  const left = lines.filter(({ did }) => !hides.includes(did) || chooser.below(oneIn) > 0);
  return { header: { ...header, hides }, lines: left };
};

describe('a right log that does not show everything', () => {
  it.each<readonly [Sight, string, readonly Profile[]]>([
    ['grey', 'the core', ['core']],
    ['grey', 'migration', ['core', 'migration']],
    ['grey', 'all of the protocol', whole],
  ])(
    'is accepted where its sight is %s and it is of %s',
    { timeout: 60_000 },
    (sight, _, parts) => {
      for (const seed of seeds(60)) {
        const log = toldRun(seeded(`g${seed}`), parts, 200, sight);
        expect(judged(log).kind, String(seed)).toBe('accepted');
      }
    },
  );

  const inner = ['flush', 'receive', 'readAck', 'replay', 'learn', 'discard', 'abandon'] as const;

  it('is accepted where lines of what is inside are missing', { timeout: 60_000 }, () => {
    for (const seed of seeds(30)) {
      const log = toldRun(seeded(`gaps/${seed}`), whole, 200, 'white');
      const gapped = without(log, inner, `gaps/${seed}`);
      expect(judged(gapped).kind, String(seed)).toBe('accepted');
    }
  });

  const logs = seeds(12).map((seed) => toldRun(seeded(`h${seed}`), whole, 150, 'white'));

  it.each(dids)('is not refused where lines of %s may be missing', (did) => {
    for (const [seed, log] of logs.entries()) {
      const gapped = without(log, [did], `h${seed}`);
      expect(judged(gapped).kind, String(seed)).not.toBe('refused');
    }
  });

  it('is not refused where what a crashed host had under way comes to its end', () => {
    const header: Header = {
      ...{ lockstep: 'observation', version: 1, sight: 'black', hosts: ['A', 'B'] },
      ...{ primary: { copy: 'p', host: 'A' }, backup: { copy: 'b', host: 'B' } },
      profile: ['core', 'disk'],
    };
    const crash = { node: 'world', n: 1, did: 'crash', host: 'A' } as const;
    const perform = { node: 'world', n: 2, did: 'perform', copy: 'p', io: 0 } as const;
    expect(judged({ header, lines: [crash, perform] }).kind).toBe('inconclusive');
    const announce = { node: 'A', n: 1, did: 'announce', copy: 'p' } as const;
    expect(judged({ header, lines: [crash, announce] }).kind).toBe('refused');
  });
});

describe('a wrong log that does not show everything', () => {
  it('is refused, not left open: who has lost goes live', () => {
    for (const seed of seeds(40)) {
      const { header, lines } = toldRun(seeded(`g${seed}`), whole, 200, 'grey');
      const at = lines.findIndex((line) => line.did === 'arbitrate' && line.outcome === 'lost');
      const lost = lines[at];
      if (lost?.did !== 'arbitrate') continue;
      const node = lines.find(
        (line) => 'copy' in line && line.node !== 'world' && line.copy === lost.copy,
      )?.node;
      if (node === undefined) continue;
      const goLive = { node, n: 1, did: 'goLive', copy: lost.copy } as const;
      const wrong = { header, lines: lines.toSpliced(at + 1, 0, goLive) };
      expect(judged(wrong), String(seed)).toMatchObject({ kind: 'refused', line: goLive });
    }
  });

  it('is refused for the Output Rule where an output leaves before its acknowledgment', () => {
    for (const seed of [53, 59]) {
      const { header, lines } = toldRun(seeded(`g${seed}`), whole, 200, 'grey');
      const left = lines.filter(({ did }) => did !== 'acknowledge');
      const verdict = judged({ header, lines: left });
      expect(verdict).toMatchObject({ kind: 'refused', line: { did: 'release' } });
      expect(verdict.kind === 'refused' && requirementOf(verdict)).toBe('R22-4');
    }
  });
});

type Flip = readonly [Claimed, Claimed, readonly number[], string | null, Did | null];

/** Runs under one value of a setting, judged by the other. */
const flips: readonly Flip[] = [
  [{ ackPoint: 'received' }, { ackPoint: 'replayed' }, [4, 9, 13], 'R22-5', 'acknowledge'],
  [{ ackPoint: 'replayed' }, { ackPoint: 'received' }, [33, 45, 54], 'R22-5', 'acknowledge'],
  [{ connectionLoss: 'ignored' }, { connectionLoss: 'evidence' }, [3, 20], 'R33-11', 'reconnect'],
  // whoever suspects at once where a connection is lost may do so elsewhere too: nothing tells
  [{ connectionLoss: 'evidence' }, { connectionLoss: 'ignored' }, [0, 2, 5], null, null],
  [{ goLiveOutput: 'drop' }, { goLiveOutput: 'emitLast' }, [56, 78, 90], 'R22-8', 'release'],
  [{ goLiveOutput: 'emitLast' }, { goLiveOutput: 'drop' }, [99, 166], 'R22-8', 'release'],
  [
    { arbitration: 'testAndSetThenDrain' },
    { arbitration: 'drainThenTestAndSet' },
    ...([[78, 86, 92], 'R23-15', 'testAndSet'] as const),
  ],
  [
    { arbitration: 'drainThenTestAndSet' },
    { arbitration: 'testAndSetThenDrain' },
    ...([[9, 64], 'R23-15', 'replay'] as const),
  ],
];

describe.each(flips)('a run under %j', (own, other, [...places], requirement, did) => {
  const runs = places.map((seed) => toldRun(seeded(`v${seed}`), ['core'], 200, 'white'));

  it('is accepted by it', () => {
    for (const log of runs) {
      expect(log.header.settings).toMatchObject(own);
      expect(judged(log).kind).toBe('accepted');
    }
  });

  it(`is judged by ${JSON.stringify(other)} as it should`, () => {
    const refusalOf = (log: ToldLog): Refused | null => {
      const settings = { ...log.header.settings, ...other };
      const verdict = judged({ ...log, header: { ...log.header, settings } });
      return verdict.kind === 'refused' ? verdict : null;
    };
    for (const log of runs) {
      const refused = refusalOf(log);
      expect(refused?.line.did ?? null).toBe(did);
      expect(refused === null ? null : requirementOf(refused)).toBe(requirement);
    }
  });
});
