import type { Message } from '../../../impl/hypervisor/message.ts';
import { type BadFrame, FrameReader, type Frames } from '../../../impl/hypervisor/wire.ts';

type Next = Message | 'more' | BadFrame;

/** A reader that makes something else of each message. */
export const rereading =
  (change: (message: Message) => Message): (() => Frames) =>
  () => {
    const reader = new FrameReader();
    return {
      get heldBytes() {
        return reader.heldBytes;
      },
      get head() {
        return reader.head;
      },
      push: (bytes) => reader.push(bytes),
      next: () => {
        const next = reader.next();
        return next === 'more' || 'because' in next ? next : change(next);
      },
    };
  };

/** A reader that takes each read for the beginning of a frame: what was left of one is dropped. */
export const framePerRead = (): Frames => {
  let reader = new FrameReader();
  return {
    get heldBytes() {
      return reader.heldBytes;
    },
    get head() {
      return reader.head;
    },
    push: (bytes) => {
      reader = new FrameReader();
      reader.push(bytes);
    },
    next: () => reader.next(),
  };
};

/**
 * A reader that does not wait for the end of an entry's frame: once so much of it is here, the rest
 * is taken for zeros. What comes of it later is passed over, or read as the next frame.
 */
export const tornAccepted =
  (leastBytes: number, passesOver: boolean): (() => Frames) =>
  () => {
    const reader = new FrameReader();
    let toPass = 0;
    const torn = (): Next => {
      const { head, heldBytes } = reader;
      if (head?.isEntry !== true || heldBytes < leastBytes) return 'more';
      const lackingBytes = head.frameBytes - heldBytes;
      if (passesOver) toPass = lackingBytes;
      reader.push(new Uint8Array(lackingBytes));
      return reader.next();
    };
    return {
      get heldBytes() {
        return reader.heldBytes;
      },
      get head() {
        return reader.head;
      },
      push: (bytes) => {
        const passed = Math.min(toPass, bytes.length);
        toPass -= passed;
        reader.push(bytes.subarray(passed));
      },
      next: () => {
        const next = reader.next();
        return next === 'more' ? torn() : next;
      },
    };
  };

/** A reader that keeps its place after a message: it gives each one twice. */
export const readTwice = (): Frames => {
  const reader = new FrameReader();
  let again: Message | null = null;
  return {
    get heldBytes() {
      return reader.heldBytes;
    },
    get head() {
      return reader.head;
    },
    push: (bytes) => reader.push(bytes),
    next: () => {
      if (again !== null) {
        const given = again;
        again = null;
        return given;
      }
      const next = reader.next();
      if (next !== 'more' && 'type' in next && next.type === 'entry') again = next;
      return next;
    },
  };
};

/** A reader that gives what has come from the newest message to the oldest. */
export const newestFirst = (): Frames => {
  const reader = new FrameReader();
  const waiting: Message[] = [];
  return {
    get heldBytes() {
      return reader.heldBytes;
    },
    get head() {
      return reader.head;
    },
    push: (bytes) => reader.push(bytes),
    next: () => {
      if (waiting.length === 0) {
        let next = reader.next();
        while (next !== 'more' && 'type' in next) {
          waiting.push(next);
          next = reader.next();
        }
        if (waiting.length === 0) return next;
      }
      return waiting.pop() ?? 'more';
    },
  };
};
