import type { Guest, Image } from '../../impl/guest/guest.ts';
import type { Program } from '../simulation/program.ts';

/** What a guest does otherwise than the machine inside it. */
export type Otherwise = Partial<
  Pick<Guest, 'run' | 'perform' | 'interrupt' | 'receive' | 'digest' | 'snapshot' | 'rest'>
>;

const around = (inner: Guest, otherwise: Otherwise): Guest => ({
  get position() {
    return inner.position;
  },
  get isOff() {
    return inner.isOff;
  },
  get alarmMs() {
    return inner.alarmMs;
  },
  run: (limit) => inner.run(limit),
  trap: () => inner.trap(),
  perform: (reading) => inner.perform(reading),
  interrupt: () => inner.interrupt(),
  needsOfReceiving: () => inner.needsOfReceiving(),
  receive: (packets) => inner.receive(packets),
  operate: (input) => inner.operate(input),
  complete: (completion) => inner.complete(completion),
  outstanding: () => inner.outstanding(),
  powerOff: () => inner.powerOff(),
  snapshot: () => inner.snapshot(),
  memory: inner.memory,
  rest: () => inner.rest(),
  digest: () => inner.digest(),
  ...otherwise,
});

/** The image, each guest of which does something otherwise. */
export const everyGuest = (image: Image, otherwise: (guest: Guest) => Otherwise): Image => {
  const made = (guest: Guest): Guest => around(guest, otherwise(guest));
  return {
    ...image,
    boot: () => made(image.boot()),
    restore: (snapshot) => made(image.restore(snapshot)),
    resume: (rest, memory) => made(image.resume(rest, memory)),
  };
};

/**
 * A machine whose state counts how often it was let run: in how many slices it has come to a place
 * is no function of what has happened to it there (R21-1).
 */
export const countingSlices = (image: Image): Image => {
  const made = (inner: Guest, before: number): Guest => {
    let sliceCount = before;
    return around(inner, {
      run: (limit) => {
        sliceCount++;
        return inner.run(limit);
      },
      digest: () => (inner.digest() + sliceCount) % 2 ** 52,
      snapshot: () => Uint8Array.from([sliceCount % 256, ...inner.snapshot()]),
      rest: () => Uint8Array.from([sliceCount % 256, ...inner.rest()]),
    });
  };
  return {
    ...image,
    boot: () => made(image.boot(), 0),
    restore: (snapshot) => made(image.restore(snapshot.slice(1)), snapshot[0] ?? 0),
    resume: (rest, memory) => made(image.resume(rest.slice(1), memory), rest[0] ?? 0),
  };
};

const late = (inner: Guest): Otherwise => {
  let dueCount = 0;
  const strike = (): void => {
    for (; dueCount > 0; dueCount--) inner.interrupt();
  };
  return {
    interrupt: () => {
      dueCount++;
    },
    run: (limit) => {
      const { position } = inner;
      if (dueCount === 0 || limit === position) return inner.run(limit);
      const stop = inner.run(position + 1);
      if (inner.position === position) return stop;
      strike();
      return inner.run(limit);
    },
    perform: (reading) => {
      const outputs = inner.perform(reading);
      strike();
      return outputs;
    },
  };
};

const losing = (inner: Guest): Otherwise => ({
  receive: (packets) => inner.receive(packets.map((packet) => packet.subarray(1))),
});

const misreading = (inner: Guest): Otherwise => ({
  perform: (reading) => inner.perform(reading === 0 ? 0 : reading + 1),
});

/** The program, but a copy that was not booted replays wrongly. */
const replaying = (
  { boot, destination }: Program,
  wrong: (inner: Guest) => Otherwise,
): Program => ({
  boot,
  destination: (options) => destination({ ...options, image: everyGuest(options.image, wrong) }),
});

/** A backup on which each interrupt strikes one instruction late (R21-4). */
export const interruptingLate = (program: Program): Program => replaying(program, late);

/** A backup that loses the first byte of every packet (R20-3). */
export const losingBytes = (program: Program): Program => replaying(program, losing);

/** A backup whose clock is not that of the log (R21-3). */
export const readingOn = (program: Program): Program => replaying(program, misreading);
