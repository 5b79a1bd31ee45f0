import type { Guest, Image } from '../impl/guest/guest.ts';

/** So many turns of a machine are short: the compiler has then seen whatever an interrupt takes. */
export const shortTurnCount = 6000;

const shortInstructionCount = 1024;
const shortUpTo = shortTurnCount * shortInstructionCount;

/** Where the turn ends that ends next, there or after it. */
export const endOfTurn = (position: number, instructionCount: number): number => {
  const [from, each] =
    position <= shortUpTo ? [0, shortInstructionCount] : [shortUpTo, instructionCount];
  return from + Math.ceil((position - from) / each) * each;
};

/**
 * A machine that executes so many instructions after each timer interrupt and then waits for the
 * next: whoever gives the interrupts decides how much it computes, whatever the clock says.
 */
export const inTurns = (image: Image, instructionCount: number): Image => {
  const turned = (guest: Guest): Guest => {
    let end = endOfTurn(guest.position, instructionCount);
    return {
      get position() {
        return guest.position;
      },
      get isOff() {
        return guest.isOff;
      },
      run: (limit) => {
        const stop = guest.run(Math.min(limit, end));
        return stop === 'limit' && guest.position === end && limit > end ? 'idle' : stop;
      },
      interrupt: () => {
        guest.interrupt();
        end = endOfTurn(end + 1, instructionCount);
      },
      trap: () => guest.trap(),
      perform: (reading) => guest.perform(reading),
      needsOfReceiving: () => guest.needsOfReceiving(),
      receive: (packets) => guest.receive(packets),
      operate: (input) => guest.operate(input),
      complete: (completion) => guest.complete(completion),
      outstanding: () => guest.outstanding(),
      powerOff: () => guest.powerOff(),
      snapshot: () => guest.snapshot(),
      memory: guest.memory,
      rest: () => guest.rest(),
      digest: () => guest.digest(),
    };
  };
  return {
    ...image,
    boot: () => turned(image.boot()),
    restore: (snapshot) => turned(image.restore(snapshot)),
    resume: (rest, memory) => turned(image.resume(rest, memory)),
  };
};
