import type { Guest, Image } from '../impl/guest/guest.ts';

/**
 * A machine that executes so many instructions after each timer interrupt and then waits for the
 * next: whoever gives the interrupts decides how much it computes, whatever the clock says.
 */
export const inTurns = (image: Image, instructionCount: number): Image => {
  const turned = (guest: Guest): Guest => {
    let end = Math.ceil(guest.position / instructionCount) * instructionCount;
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
        end += instructionCount;
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
