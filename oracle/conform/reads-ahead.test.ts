import { expect, it } from 'vitest';
import { alive, answering, type Program, playedWith, scriptOf } from './stand-in.ts';

const logged: ReturnType<Program> = [
  ['interrupt', { position: 0, entries: [{ seq: 1, kind: 'TIMER' }] }],
  ['flush', { seq: 1, message: 1 }],
];

/** A pair with one entry, of which a copy says at its first tick that it reads what was sent. */
const reading = (...early: ReturnType<Program>): Program =>
  answering({
    interrupt: () => logged,
    message: () => [
      ['receive', { seq: 1 }],
      ['acknowledge', { upTo: 1, message: 1 }],
    ],
    tick: (stimulus) => {
      const host = early[0]?.[0] === 'readAck' ? 'A' : 'B';
      return 'host' in stimulus && stimulus.host === host ? early : alive(stimulus);
    },
  });

const interrupt = { do: 'interrupt', host: 'A' } as const;
const carry = { do: 'carry', net: 'log', to: 'B' } as const;
const pass = { do: 'pass', ticks: 1 } as const;

it('an entry that has not arrived is not received', () => {
  const { finding } = playedWith(
    reading(['receive', { seq: 1 }]),
    scriptOf(['core'], {}, interrupt, pass),
  );
  expect(finding).toMatchObject({ key: 'reads ahead', line: { did: 'receive' } });
});

it('an acknowledgment that has not arrived is not read', () => {
  const { finding } = playedWith(
    reading(['readAck', { upTo: 1 }]),
    scriptOf(['core'], {}, interrupt, carry, pass),
  );
  expect(finding).toMatchObject({ key: 'reads ahead', line: { did: 'readAck' } });
});

/** A backup that suspects once it is told of the loss, and asks; it learns when it is told so. */
const asking = (learnsAt: 'tick' | 'reply'): Program =>
  answering({
    lost: (stimulus) =>
      'host' in stimulus && stimulus.host === 'B' ? [['suspect'], ['testAndSet']] : [],
    [learnsAt]: (stimulus: Parameters<Program>[0]) =>
      'host' in stimulus && stimulus.host === 'B' ? [['learn', { outcome: 'won' }]] : [],
  });

const lost = [
  { do: 'crash', host: 'A' },
  { do: 'lose' },
  { do: 'carry', net: 'log', to: 'B' },
] as const;
const arbitrate = { do: 'arbitrate', host: 'B' } as const;
const answer = { do: 'answer', host: 'B' } as const;

it('what the storage has decided is not known before its answer arrives', () => {
  const script = scriptOf(['core'], {}, ...lost, arbitrate, pass);
  expect(playedWith(asking('tick'), script).finding).toMatchObject({ key: 'learns ahead' });
  const answered = scriptOf(['core'], {}, ...lost, arbitrate, answer);
  expect(playedWith(asking('reply'), answered).finding?.key).not.toBe('learns ahead');
});

it('who has suspected nobody asks nobody, though the storage is away', () => {
  const program = answering({
    tick: (stimulus) =>
      'host' in stimulus && stimulus.host === 'B' ? [['testAndSet']] : alive(stimulus),
  });
  const script = scriptOf(['core'], {}, { do: 'loseStorage', host: 'B' }, pass);
  expect(playedWith(program, script).finding).toMatchObject({
    cites: ['R23-17'],
    line: { did: 'testAndSet', copy: 'b' },
  });
});
