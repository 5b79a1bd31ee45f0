import { assert } from '../assert.ts';

/** Who sent a datagram to the machine, or is to get one from it. */
export type Client = { readonly address: string; readonly port: number }; // of IPv4, in dots

/** A datagram on the virtual network. */
export type Datagram = { readonly client: Client; readonly payload: Uint8Array };

const headBytes = 6;

/** Longer packets are not for the virtual network: its adapter and the guest drop them. */
export const packetBytesMax: number = headBytes + 1024;

/**
 * The framing of the virtual network: a packet is the client's address, in four bytes, its port, in
 * two with the higher first, and the payload. The adapter of the real network puts the head on what
 * comes in and takes it off what goes out.
 */
export const framed = ({ client: { address, port }, payload }: Datagram): Uint8Array => {
  const numbers = address.split('.').map(Number);
  const isAddress = numbers.length === 4 && numbers.every((it) => it >= 0 && it <= 255);
  assert(isAddress, `a client has an address of IPv4: got ${address}`);
  assert(port >= 0 && port <= 0xffff, `a port is below 65536: got ${port}`);
  const packet = new Uint8Array(headBytes + payload.length);
  packet.set([...numbers, port >> 8, port & 0xff]);
  packet.set(payload, headBytes);
  return packet;
};

/** What a packet carries and whose it is; `null` if it is shorter than a head. */
export const unframed = (packet: Uint8Array): Datagram | null => {
  if (packet.length < headBytes) return null;
  const [higher = 0, lower = 0] = packet.subarray(4);
  const client = { address: packet.subarray(0, 4).join('.'), port: higher * 256 + lower };
  return { client, payload: packet.slice(headBytes) };
};

/** The packet that goes to where another one came from. */
export const answering = (packet: Uint8Array, payload: Uint8Array): Uint8Array => {
  const answer = new Uint8Array(headBytes + payload.length);
  answer.set(packet.subarray(0, headBytes));
  answer.set(payload, headBytes);
  return answer;
};
