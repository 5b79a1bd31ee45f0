import { deliver } from '../../model/actions/network.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import type { Action } from '../../model/spec.ts';
import type { Vm, Withheld } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { leaving, withRows } from './own-rows.ts';

const groups = { packetGroup: 2, program: ['compute', 'reply'] } as const;
const ring = { program: ['post', 'compute', 'reply'] } as const;

/** The hypervisor takes packets from the transmit ring whenever it comes by. */
const pulled = (after: Vm): Vm => {
  if (after.mode !== 'recording' && after.mode !== 'withholding') return after;
  const { posted, sent, transmitted } = after.guest;
  const outputs = posted.map(
    (content, index): Withheld => ({
      device: 'network',
      ordinal: sent + index,
      number: transmitted + index,
      content,
      needs: after.logged,
    }),
  );
  const count = posted.length;
  const guest = {
    ...after.guest,
    posted: [],
    sent: sent + count,
    transmitted: transmitted + count,
  };
  return { ...after, guest, withheld: [...after.withheld, ...outputs] };
};

const pullsAtWill: Action<'interrupt'> = leaving(paper.actions.interrupt, pulled);

/** Mistakes in how packets are grouped, and in when a ring changes (3.5). */
export const ownNetwork: readonly Mutant[] = [
  {
    spec: specification('group-logged-in-part', {
      groupEntries: (received, sent) => [...received.slice(0, 1), ...sent],
    }),
    breaks: ['S4'],
    because: 'of a group of packets the first is logged: the guest of the backup gets no more',
    cites: ['R35-2', 'R20-3'],
    settings: groups,
  },
  {
    spec: specification('group-in-another-order', {
      groupEntries: (received, sent) => [...received.toReversed(), ...sent],
    }),
    breaks: ['S4', 'S14'],
    because: 'the packets of a group are logged from the newest to the oldest',
    cites: ['R35-2', 'R21-7'],
    settings: groups,
  },
  {
    spec: specification('ring-sent-without-an-entry', {
      groupEntries: (received) => received,
    }),
    breaks: ['S2', 'S4'],
    because:
      'what leaves the transmit ring while packets are handled has no output entry of its own',
    cites: ['R35-4', 'R22-3'],
    settings: ring,
  },
  {
    spec: specification('ring-logged-before-what-sends-it', {
      groupEntries: (received, sent) => [...sent, ...received],
    }),
    breaks: ['S4'],
    because:
      'the output entry of the ring comes before the packets with which it leaves: the backup ' +
      'looks for an instruction that puts something out there',
    cites: ['R35-4', 'R21-7'],
    settings: ring,
  },
  {
    spec: withRows('go-live-point-on-each-packet', {
      deliver: deliver({
        ...rules,
        admit: (buffer, group, capacity) =>
          rules.admit(
            buffer,
            group.map((entry) => ({ ...entry, last: true })),
            capacity,
          ),
      }),
    }),
    breaks: ['S4'],
    because:
      'each packet of a group is marked as the last: the backup gives them to the guest one by ' +
      'one, with an interrupt each',
    cites: ['R35-2', 'R21-9'],
    settings: groups,
  },
  {
    spec: withRows('go-live-point-on-the-first-packet', {
      deliver: deliver({
        ...rules,
        admit: (buffer, group, capacity) =>
          rules.admit(
            buffer,
            group.map((entry, index) => ({ ...entry, last: index === 0 })),
            capacity,
          ),
      }),
    }),
    breaks: ['S4', 'S5'],
    because: 'the first packet of a group is marked instead of the last one',
    cites: ['R35-2', 'R21-9'],
    settings: groups,
  },
  {
    spec: specification('group-taken-as-one', { take: ([, ...rest]) => rest }),
    breaks: ['S14'],
    because: 'a group was given to the guest, and one packet is taken out of the network card',
    cites: ['R22-12', 'R35-2'],
    settings: groups,
  },
  {
    spec: withRows('ring-sent-at-will', { interrupt: pullsAtWill }),
    breaks: ['S4', 'S2'],
    because:
      'packets are pulled from the transmit ring without a trap, when the timer happens to ' +
      "strike: nothing in the log says when, and the backup's ring is still full",
    cites: ['R35-3'],
    settings: ring,
  },
];
