// What goes beyond the core: operator, administrator and disk.

import type { Completion } from '../../../impl/guest/guest.ts';
import { bytesOf } from '../../../impl/guest/numbers.ts';
import type { Command } from '../../../impl/hypervisor/command.ts';
import type { Input } from '../../../impl/hypervisor/input.ts';
import type { Line } from '../typescript/lockstep.ts';

/** What the harness says beyond the core. */
export type Beyond = Line & {
  readonly number: number;
  readonly operation: string;
  readonly io: number;
  readonly transferred: number;
  readonly data: readonly unknown[];
};

const blank = Buffer.alloc(4); // a block that nobody has written

const completionOf = ({ io, transferred, data }: Beyond, isRead: boolean): Completion => {
  const blocks = data.map((one) => (typeof one === 'string' ? Buffer.from(one, 'base64') : blank));
  return {
    io,
    transferredCount: transferred,
    data: Uint8Array.from(isRead ? Buffer.concat(blocks) : []),
  };
};

/** What a hypervisor is given for a line of the harness. */
export const inputOf = (line: Beyond, generation: number): Input | null => {
  switch (line.do) {
    case 'operated': {
      const kind = line.kind === 'KEY' ? 'KEY' : 'MOUSE';
      return { type: 'operated', input: { kind, bytes: bytesOf(line.number) } };
    }
    case 'order': {
      const isOff = line.operation === 'powerOff';
      const share = line.operation === 'raiseShare' ? 200 : 100;
      const order = isOff
        ? ({ operation: 'powerOff' } as const)
        : ({ operation: 'setShare', share } as const);
      return { type: 'order', order };
    }
    case 'completed':
      return { type: 'ioDone', completion: completionOf(line, line.data.length > 0), generation };
    default:
      return null;
  }
};

/** What a write puts on each block. */
export const dataOf = ({
  io,
}: Extract<Command, { readonly type: 'submit' }>): readonly string[] | undefined =>
  io.kind === 'read'
    ? undefined
    : Array.from({ length: io.data.length / blank.length }, (_, at) =>
        Buffer.from(io.data.slice(at * blank.length, (at + 1) * blank.length)).toString('base64'),
      );
