import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { freePorts } from '../impl/host/ports.ts';
import { type Figure, median } from './figure.ts';
import { shortTurnCount } from './guest-of-turns.ts';
import type { HalfPlan, HalfSays, HalfTold } from './half.ts';
import { bytesOn, type Wire, wireTo } from './wire.ts';

const module = new URL('./half.ts', import.meta.url).pathname;
type Ran = Extract<HalfSays, { readonly says: 'ran' }>;

type Pair = {
  readonly wire: Wire;
  readonly ask: (told: HalfTold) => Promise<Ran>; // of the primary
  /** Both compute by themselves: what shares their core then is the same as under protection. */
  readonly bare: (turnCount: number) => Promise<Ran>;
  readonly stop: () => void;
};

const heard = <S extends HalfSays['says']>(
  half: ChildProcess,
  says: S,
): Promise<Extract<HalfSays, { readonly says: S }>> =>
  new Promise((resolve) => {
    const isIt = (said: HalfSays): said is Extract<HalfSays, { readonly says: S }> =>
      said.says === says;
    const listen = (said: HalfSays): void => {
      if (!isIt(said)) return;
      half.off('message', listen);
      resolve(said);
    };
    half.on('message', listen);
  });

/**
 * Two processes with a pair in them. A wire that is watched costs both of them: whoever watches it
 * runs on their cores, and wakes them.
 */
const paired = async (instructionsPerTurn: number, isWatched = false): Promise<Pair> => {
  const [a = 0, b = 0, between = 0] = await freePorts(3);
  const key = randomBytes(32).toString('hex');
  const at = (port: number) => ({ address: '127.0.0.1', port });
  const start = async (plan: Pick<HalfPlan, 'name' | 'listen' | 'log' | 'beats'>) => {
    const half = fork(module, [JSON.stringify({ ...plan, key, instructionsPerTurn })]);
    half.once('exit', (code) => {
      if (!isOver) throw new Error(`half ${plan.name} has ended with ${code}`);
    });
    await heard(half, 'ready');
    return half;
  };
  let isOver = false;
  const wire = await wireTo(between, a);
  const primary = await start({ name: 'A', listen: at(a), log: at(b), beats: at(b) });
  const backup = await start({
    name: 'B',
    listen: at(b),
    log: at(isWatched ? between : a),
    beats: at(a),
  });
  const tell = (half: ChildProcess, told: HalfTold): void => void half.send(told);
  const [placed, armed] = [heard(primary, 'placed'), heard(backup, 'armed')];
  tell(primary, { tell: 'begin' });
  await placed;
  tell(backup, { tell: 'begin' });
  await armed;
  const ask = (half: ChildProcess, told: HalfTold): Promise<Ran> => {
    const ran = heard(half, 'ran');
    tell(half, told);
    return ran;
  };
  return {
    wire,
    ask: (told) => ask(primary, told),
    bare: async (turnCount) => {
      const compute = { tell: 'compute', isAlone: true, turnCount } as const;
      const [ran] = await Promise.all([ask(primary, compute), ask(backup, compute)]);
      return ran;
    },
    stop: () => {
      isOver = true;
      for (const half of [primary, backup]) half.disconnect();
      wire.stop();
    },
  };
};

const idleMs = 5000;

/** A guest that does nothing but take its timer's interrupts. */
const idleBandwidth = async (hz: number): Promise<number> => {
  const { wire, ask, stop } = await paired(1, true);
  const before = bytesOn(wire);
  const { interruptCount } = await ask({ tell: 'idle', everyMs: 1000 / hz, forMs: idleMs });
  const byteCount = bytesOn(wire) - before;
  stop();
  // a loaded machine gives fewer interrupts than were asked for
  return (byteCount * 8 * hz) / interruptCount / 1e6;
};

/** Instructions of the guest that take as long as from one interrupt to the next. */
const calibrated = async (hz: number): Promise<number> => {
  const trial = 1 << 18;
  const { bare, stop } = await paired(trial);
  await bare(shortTurnCount);
  const { cpuMs } = await bare(100);
  stop();
  return Math.round((trial * 100 * 1000) / (cpuMs * hz));
};

const roundCount = 40;

/** What protection adds to the processor time of as many instructions, in percent. */
const protectionCost = async (hz: number): Promise<number> => {
  const { ask, bare, stop } = await paired(await calibrated(hz));
  const turnCount = hz / 10; // a tenth of a second
  await bare(shortTurnCount); // the compiler learns what is hot
  await ask({ tell: 'compute', isAlone: false, turnCount: shortTurnCount });
  const both = async (): Promise<number> => {
    const alone = await bare(turnCount);
    const whole = await ask({ tell: 'compute', isAlone: false, turnCount });
    return whole.cpuMs / alone.cpuMs - 1;
  };
  await both();
  const costs: number[] = [];
  for (let count = 0; count < roundCount; count++) costs.push(await both());
  stop();
  return 100 * median(costs);
};

/** What protection costs a guest that computes, and what an idle one sends. */
export const pairFigures = async (): Promise<readonly Figure[]> => {
  const [often, seldom] = [await idleBandwidth(250), await idleBandwidth(100)];
  const [cost, lower] = [await protectionCost(250), await protectionCost(100)];
  return [
    {
      what: 'log of an idle guest, acks, TLS and TCP/IP included, at 100 and 250 Hz',
      asked: 'at most 0.5 Mbit/s',
      measured: `${seldom.toFixed(2)} and ${often.toFixed(2)} Mbit/s`,
    },
    {
      what: 'processor time added on the primary, computing guest, at 100 and 250 Hz',
      asked: 'at most 5 %, towards 2 %',
      measured: `${lower.toFixed(1)} % and ${cost.toFixed(1)} %`,
    },
  ];
};
