import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framed } from '../guest/address.ts';
import { frameOf, guestMac, routed } from './ethernet.ts';

const ip = 14;
const udp = ip + 20;

/** The frame with which a guest answers another one: all but the payload is turned round. */
const answerTo = (frame: Uint8Array): Uint8Array => {
  const answer = frame.slice();
  const swap = (one: number, other: number, length: number): void => {
    answer.set(frame.subarray(other, other + length), one);
    answer.set(frame.subarray(one, one + length), other);
  };
  swap(0, 6, 6);
  swap(ip + 12, ip + 16, 4);
  swap(udp, udp + 2, 2);
  return answer;
};

const address = fc
  .oneof(
    fc.tuple(fc.constant(127), fc.nat({ max: 1 }), fc.nat({ max: 255 }), fc.nat({ max: 255 })),
    fc.tuple(...[255, 255, 255, 255].map((max) => fc.nat({ max }))),
  )
  .map((numbers) => numbers.join('.'))
  .filter((text) => !/^198\.1[89]\./.test(text));

const packets = fc
  .record({
    client: fc.record({ address, port: fc.nat({ max: 0xffff }) }),
    payload: fc.uint8Array({ maxLength: 1024 }),
  })
  .map(framed);

describe('the router', () => {
  it('brings the answer to a datagram to the client that has sent that', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const frame = frameOf(packet);
        if (frame === null) throw new Error('it is a datagram');
        expect([...frame.subarray(0, 6)]).toEqual(guestMac);
        expect(routed(answerTo(frame))).toEqual({ kind: 'packet', bytes: packet });
      }),
    );
  });

  it('shows the guest no client of 127.0.0.0/15 by that address', () => {
    const client = { address: '127.1.2.3', port: 7 };
    const frame = frameOf(framed({ client, payload: new Uint8Array() }));
    expect([...(frame ?? []).slice(ip + 12, ip + 16)]).toEqual([198, 19, 2, 3]);
  });

  it('takes nothing from whoever has an address that stands for one of those', () => {
    const client = { address: '198.18.0.1', port: 7 };
    expect(frameOf(framed({ client, payload: new Uint8Array() }))).toBeNull();
  });

  it('lets nothing pass that is no datagram, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (frame) => {
        const sent = routed(frame);
        if (sent.kind === 'packet') expect(frame[ip + 9]).toBe(17);
      }),
    );
  });
});
