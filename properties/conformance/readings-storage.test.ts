// What befalls disk operations that a copy has under way, where it is read otherwise than word by
// word: what is meant is accepted, and what is nearest to it and wrong is not.

import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { connectionId, copyId } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import { allFeatures, defaultSettings, type Settings } from '../../model/settings.ts';
import type { Happening, Reported } from '../simulation/reported.ts';
import { conform } from './conform.ts';
import { ideal } from './ideal.ts';

const settings: Settings = {
  ...defaultSettings,
  ...{ program: ['read x p'], features: allFeatures, start: 'unprotected', clock: null },
};

const copy = copyId(0);

const refusedAt = (lines: readonly Reported[]): number | null =>
  conform(lines, settings)?.at ?? null;

const befell = (happening: Happening): Reported => ({ by: 'world', atMs: 0, happening });

describe('an operation that a copy has submitted again in the generation that it won', () => {
  const submit: Event = { type: 'submit', copy, io: 0 };
  const events: readonly Event[] = [
    { type: 'requestBackup', copy },
    { type: 'place', copy, host: 'B' },
    { type: 'precopy', copy: copyId(1) },
    { type: 'snapshot', copy },
    { type: 'arm', copy: copyId(1) },
    { type: 'readAck', copy, connection: connectionId(0) },
    { type: 'execute', copy },
    submit,
    { type: 'suspect', copy },
    { type: 'testAndSet', copy },
    { type: 'arbitrate', copy },
    { type: 'learn', copy },
    submit,
  ];
  const before = ideal(paper, { settings, events, calm: false });
  const of = { copy: 'A0', io: 0 };
  const lost = (generation: number): Reported => befell({ what: 'lostIo', ...of, generation });
  const done = befell({
    ...{ what: 'applied', ...of, generation: 1, transferredCount: 1, isWhole: true },
  });
  const crashed = befell({ what: 'crashed', host: 'A' });

  it('may be done before the older one is lost, and both may be lost in any order', () => {
    expect(refusedAt([...before, done, crashed, lost(0)])).toBeNull();
    expect(refusedAt([...before, crashed, lost(0), lost(1)])).toBeNull();
    expect(refusedAt([...before, crashed, lost(1), lost(0)])).toBeNull();
  });

  it('is not lost when it is done, nor twice, nor with a host that goes on', () => {
    const end = before.length;
    expect(refusedAt([...before, done, crashed, lost(1)])).toBe(end + 2);
    expect(refusedAt([...before, crashed, lost(1), lost(1)])).toBe(end + 2);
    expect(refusedAt([...before, lost(1)])).toBe(end);
    expect(refusedAt([...before, crashed, lost(1), done])).toBe(end + 2);
  });
});
