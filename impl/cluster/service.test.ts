import { describe, expect, it } from 'vitest';
import type { ServiceCommand } from './protocol.ts';
import { ClusteringService } from './service.ts';

const settings = { hostTimeoutMs: 1500, makeTimeoutMs: 2000 };

const newService = (): ClusteringService => new ClusteringService(settings, (count) => `c${count}`);

/** Hosts say what they have: their name, what they have to spare, and their copies. */
const hosts = (
  service: ClusteringService,
  nowMs: number,
  ...all: readonly (readonly [host: string, freePercent: number, copies?: readonly string[]])[]
): readonly ServiceCommand[] =>
  all.flatMap(([host, freePercent, copies = []]) =>
    service.handle({ type: 'heartbeat', host, freePercent, reachesStorage: true, copies }, nowMs),
  );

const ask = (service: ClusteringService, nowMs: number, copy = 'vm', host = 'A') =>
  service.handle({ type: 'askForBackup', copy, host }, nowMs);

const madeOn = (commands: readonly ServiceCommand[]): readonly string[] =>
  commands.flatMap((command) => (command.type === 'make' ? [command.host] : []));

describe('a backup', () => {
  it('goes to the host with most to spare, never to that of the primary', () => {
    const service = newService();
    hosts(service, 0, ['A', 100, ['vm']], ['B', 20], ['C', 60]);
    expect(ask(service, 1)).toEqual([
      {
        ...{ type: 'make', copy: 'c1', host: 'C' },
        ...{ source: 'vm', sourceHost: 'A', purpose: 'clone' },
      },
    ]);
  });

  it('is announced to its primary once the host has made it', () => {
    const service = newService();
    hosts(service, 0, ['A', 100, ['vm']], ['B', 20]);
    ask(service, 1);
    expect(service.handle({ type: 'made', copy: 'c1' }, 2)).toEqual([
      { type: 'placed', source: 'vm', copy: 'c1', host: 'B' },
    ]);
  });

  it('goes nowhere where no host reaches the storage or is free', () => {
    const service = newService();
    hosts(service, 0, ['A', 100, ['vm']], ['B', 20, ['other']]);
    service.handle(
      { type: 'heartbeat', host: 'C', freePercent: 90, reachesStorage: false, copies: [] },
      0,
    );
    expect(ask(service, 1)).toEqual([{ type: 'notPlaced', source: 'vm' }]);
  });

  it('goes to no host that has fallen silent', () => {
    const service = newService();
    hosts(service, 0, ['A', 100, ['vm']], ['B', 90], ['C', 10]);
    hosts(service, 1400, ['A', 100, ['vm']], ['C', 10]);
    expect(madeOn(ask(service, 1600))).toEqual(['C']);
  });

  it('is tried elsewhere if the host does not make it, or says nothing', () => {
    const service = newService();
    hosts(service, 0, ['A', 100, ['vm']], ['B', 90], ['C', 60], ['D', 10]);
    expect(madeOn(ask(service, 0))).toEqual(['B']);
    expect(madeOn(service.handle({ type: 'notMade', copy: 'c1' }, 1))).toEqual(['C']);
    expect(service.nextDeadlineMs()).toBe(2001);
    hosts(service, 1400, ['A', 100, ['vm']], ['B', 90], ['C', 60], ['D', 10]);
    expect(madeOn(service.handle({ type: 'wake' }, 2001))).toEqual(['D']);
  });

  it('is asked for once: while one is in the making no other is made', () => {
    const service = newService();
    hosts(service, 0, ['A', 100, ['vm']], ['B', 90], ['C', 60]);
    ask(service, 1);
    expect(ask(service, 2)).toEqual([]);
  });

  it('that has come to nothing is made elsewhere when its primary asks again', () => {
    const service = newService();
    hosts(service, 0, ['A', 100, ['vm']], ['B', 90], ['C', 60]);
    ask(service, 1);
    service.handle({ type: 'made', copy: 'c1' }, 2);
    service.handle({ type: 'told', copy: 'c1', what: 'halted' }, 3);
    hosts(service, 10, ['A', 100, ['vm']], ['B', 90], ['C', 60]);
    expect(madeOn(ask(service, 20))).toEqual(['B']);
    service.handle({ type: 'made', copy: 'c2' }, 21);
    expect(madeOn(ask(service, 30))).toEqual(['C']);
  });
});

describe('two copies that move at once', () => {
  it('never meet: a host is reserved as soon as it is picked', () => {
    const service = newService();
    hosts(service, 0, ['A', 50, ['vm']], ['B', 50, ['c9']], ['C', 50], ['D', 40]);
    const one = service.handle({ type: 'migrate', copy: 'vm', host: null }, 1);
    const other = service.handle({ type: 'migrate', copy: 'c9', host: null }, 1);
    expect(madeOn([...one, ...other])).toEqual(['C', 'D']);
    const third = service.handle({ type: 'migrate', copy: 'c9', host: 'C' }, 2);
    expect(third.map(({ type }) => type)).toEqual(['refuseMove']);
  });

  it('may not take the host of the other', () => {
    const service = newService();
    hosts(service, 0, ['A', 50, ['vm']], ['B', 90, ['c9']], ['C', 10]);
    const moved = service.handle({ type: 'migrate', copy: 'vm', host: 'B' }, 1);
    expect(moved).toEqual([
      { type: 'refuseMove', copy: 'vm', because: 'no such host is free for it' },
    ]);
  });
});

it('a copy that has moved is known by its destination, which may ask for its backup', () => {
  const service = newService();
  hosts(service, 0, ['A', 50, ['vm']], ['B', 50], ['C', 50]);
  service.handle({ type: 'migrate', copy: 'vm', host: 'B' }, 1);
  expect(service.handle({ type: 'made', copy: 'c1' }, 2)).toEqual([
    { type: 'move', source: 'vm', copy: 'c1', host: 'B' },
  ]);
  hosts(service, 5, ['A', 50], ['B', 50, ['c1']], ['C', 50]);
  expect(madeOn(ask(service, 6, 'c1', 'B'))).toEqual(['A']);
});
