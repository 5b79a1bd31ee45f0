import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { freePorts } from '../impl/host/ports.ts';
import type { HalfPlan, HalfSays, HalfTold, Ran } from './machine-half.ts';
import { bytesOn, wireTo } from './wire.ts';
import type { Workload } from './workload.ts';

const module = new URL('./machine-half.ts', import.meta.url).pathname;

type Said<S extends HalfSays['says']> = Extract<HalfSays, { readonly says: S }>;

/** How a guest came up in its process, and how it was cloned. */
export type Cloned = { readonly up: Said<'up'>; readonly cut: Said<'cut'> };

/** Two processes with a protected machine in them. */
export type MachinePair = Cloned & {
  /** As many bytes of log and acks as have been on the wire, if it is watched. */
  readonly wireBytes: () => number;
  /** The machine works under protection, and its backup has replayed it at the end. */
  readonly whole: (forMs: number) => Promise<Ran>;
  /** Both processes work by themselves: what shares their cores then is the same. */
  readonly bare: (forMs: number) => Promise<Ran>;
  readonly stop: () => void;
};

const heard = <S extends HalfSays['says']>(half: ChildProcess, says: S): Promise<Said<S>> =>
  new Promise((resolve) => {
    const isIt = (said: HalfSays): said is Said<S> => said.says === says;
    const listen = (said: HalfSays): void => {
      if (!isIt(said)) return;
      half.off('message', listen);
      resolve(said);
    };
    half.on('message', listen);
  });

const asked = <S extends HalfSays['says']>(
  half: ChildProcess,
  told: HalfTold,
  says: S,
): Promise<Said<S>> => {
  const answer = heard(half, says);
  half.send(told);
  return answer;
};

/** Boots a workload's guest, waits until it is up, and clones it. */
const cloned = async (primary: ChildProcess, backup: ChildProcess): Promise<Cloned> => {
  const up = await asked(primary, { tell: 'boot', isAlone: false }, 'up');
  const [cut, armed] = [heard(primary, 'cut'), heard(backup, 'armed')];
  await asked(primary, { tell: 'protect' }, 'placed');
  backup.send({ tell: 'protect' } satisfies HalfTold);
  const done = { up, cut: await cut };
  await armed;
  return done;
};

/**
 * A pair whose primary is up and has been cloned. A wire that is watched costs both of them:
 * whoever watches it runs on their cores, and wakes them.
 */
export const machinePair = async (load: Workload, isWatched: boolean): Promise<MachinePair> => {
  const [a = 0, b = 0, between = 0] = await freePorts(3);
  const key = randomBytes(32).toString('hex');
  const at = (port: number) => ({ address: '127.0.0.1', port });
  let isOver = false;
  const start = async (plan: Pick<HalfPlan, 'name' | 'listen' | 'log' | 'beats'>) => {
    const half = fork(module, [JSON.stringify({ ...plan, key, load })]);
    half.once('exit', (code) => {
      if (!isOver) throw new Error(`half ${plan.name} has ended with ${code}`);
    });
    await heard(half, 'ready');
    return half;
  };
  const wire = await wireTo(between, a);
  const primary = await start({ name: 'A', listen: at(a), log: at(b), beats: at(b) });
  const log = at(isWatched ? between : a);
  const backup = await start({ name: 'B', listen: at(b), log, beats: at(a) });
  const both = [primary, backup] as const;
  const clone = await cloned(primary, backup);
  let isAlsoAlone = false;
  const work = (half: ChildProcess, isAlone: boolean, forMs: number): Promise<Ran> =>
    asked(half, { tell: 'work', isAlone, forMs }, 'ran');
  return {
    ...clone,
    wireBytes: () => bytesOn(wire),
    whole: async (forMs) => {
      const ran = await work(primary, false, forMs);
      await asked(backup, { tell: 'catchUp' }, 'caughtUp');
      return ran;
    },
    bare: async (forMs) => {
      const boot: HalfTold = { tell: 'boot', isAlone: true };
      if (!isAlsoAlone) await Promise.all(both.map((half) => asked(half, boot, 'up')));
      isAlsoAlone = true;
      const [ran] = await Promise.all([work(primary, true, forMs), work(backup, true, forMs)]);
      return ran;
    },
    stop: () => {
      isOver = true;
      for (const half of both) half.disconnect();
      wire.stop();
    },
  };
};
