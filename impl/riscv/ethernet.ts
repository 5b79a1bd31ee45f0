import { type Client, framed, unframed } from '../guest/address.ts';

// The guest's only neighbour, a router: what it hears and says on the wire. The virtual network
// itself carries datagrams with their client's address (`guest/address.ts`); here they become UDP
// over IPv4 over Ethernet, as the guest's driver knows them.

/** As in QEMU's user network, so that one guest runs in both. */
export const guestAddress: readonly number[] = [10, 0, 2, 15];
export const routerAddress: readonly number[] = [10, 0, 2, 2];
export const guestMac: readonly number[] = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];
const routerMac: readonly number[] = [0x52, 0x55, 0x0a, 0x00, 0x02, 0x02];

/** The port at which the guest is reached from outside. */
export const guestPort = 7;

const ethernetBytes = 14;
const ipBytes = 20;
const udpBytes = 8;
const arpBytes = 28;
const ipType = 0x0800;
const arpType = 0x0806;
const udpProtocol = 17;
const [arpRequest, arpReply] = [1, 2];
const hops = 64;

/** Bytes of a frame on the wire, at most. */
export const frameBytesMax = 1514;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

const checksumOf = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2)
    sum += ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

const toGuest = (type: number, byteCount: number): Uint8Array => {
  const frame = new Uint8Array(ethernetBytes + byteCount);
  frame.set(guestMac);
  frame.set(routerMac, 6);
  viewOf(frame).setUint16(12, type);
  return frame;
};

/**
 * A client on the router's own machine has an address of 127.0.0.0/15, with which nothing may come
 * by wire (RFC 1122, 3.2.1.3). The guest knows it by one of 198.18.0.0/15, which nobody else has
 * (RFC 2544).
 */
const local = [127, 0] as const;
const localInside = [198, 18] as const;

type Net = readonly [first: number, second: number]; // of 15 bits

const isOf = ([first, second]: Net, [a = 0, b = 0]: readonly number[]): boolean =>
  a === first && (b & ~1) === second;

/** An address of one net as the same of another; any other is itself. */
const moved = (address: readonly number[], from: Net, to: Net): readonly number[] => {
  const [, b = 0, ...rest] = address;
  return isOf(from, address) ? [to[0], to[1] | (b & 1), ...rest] : address;
};

/** The frame that brings a packet of the virtual network; `null` if that is none. */
export const frameOf = (packet: Uint8Array): Uint8Array | null => {
  const datagram = unframed(packet);
  if (datagram === null) return null;
  const { client, payload } = datagram;
  const address = client.address.split('.').map(Number);
  if (isOf(localInside, address)) return null;
  const frame = toGuest(ipType, ipBytes + udpBytes + payload.length);
  if (frame.length > frameBytesMax) return null;
  const view = viewOf(frame);
  frame[ethernetBytes] = 0x45;
  view.setUint16(ethernetBytes + 2, frame.length - ethernetBytes);
  frame.set([hops, udpProtocol], ethernetBytes + 8);
  frame.set(moved(address, local, localInside), ethernetBytes + 12);
  frame.set(guestAddress, ethernetBytes + 16);
  const head = frame.subarray(ethernetBytes, ethernetBytes + ipBytes);
  view.setUint16(ethernetBytes + 10, checksumOf(head));
  const udp = ethernetBytes + ipBytes;
  view.setUint16(udp, client.port);
  view.setUint16(udp + 2, guestPort);
  view.setUint16(udp + 4, udpBytes + payload.length); // no checksum: Ethernet has one
  frame.set(payload, udp + udpBytes);
  return frame;
};

/** What a frame of the guest's comes to. */
export type Sent =
  | { readonly kind: 'packet'; readonly bytes: Uint8Array } // for the virtual network
  | { readonly kind: 'reply'; readonly frame: Uint8Array } // of the router, to the guest
  | { readonly kind: 'nothing' };

const nothing: Sent = { kind: 'nothing' };

const arpOf = (frame: Uint8Array): Sent => {
  const arp = frame.subarray(ethernetBytes);
  if (arp.length < arpBytes || viewOf(arp).getUint16(6) !== arpRequest) return nothing;
  const asked = arp.subarray(24, 28);
  if (asked.every((byte, at) => byte === guestAddress[at])) return nothing; // it announces itself
  const reply = toGuest(arpType, arpBytes);
  reply.set(arp.subarray(0, 6), ethernetBytes);
  viewOf(reply).setUint16(ethernetBytes + 6, arpReply);
  reply.set(routerMac, ethernetBytes + 8);
  reply.set(asked, ethernetBytes + 14);
  reply.set(arp.subarray(8, 18), ethernetBytes + 18);
  return { kind: 'reply', frame: reply };
};

const datagramOf = (frame: Uint8Array): Sent => {
  const ip = frame.subarray(ethernetBytes);
  const [first = 0] = ip;
  const headBytes = 4 * (first & 15);
  const view = viewOf(ip);
  if (first >> 4 !== 4 || headBytes < ipBytes || ip.length < headBytes + udpBytes) return nothing;
  const isFragment = (view.getUint16(6) & 0x3fff) !== 0;
  if (ip[9] !== udpProtocol || isFragment) return nothing;
  const length = view.getUint16(headBytes + 4);
  if (length < udpBytes || headBytes + length > ip.length) return nothing;
  const client: Client = {
    address: moved([...ip.subarray(16, 20)], localInside, local).join('.'),
    port: view.getUint16(headBytes + 2),
  };
  const payload = ip.slice(headBytes + udpBytes, headBytes + length);
  return { kind: 'packet', bytes: framed({ client, payload }) };
};

/** Where a frame of the guest's goes: the router answers ARP, and passes UDP on. */
export const routed = (frame: Uint8Array): Sent => {
  if (frame.length < ethernetBytes) return nothing;
  const type = viewOf(frame).getUint16(12);
  if (type === arpType) return arpOf(frame);
  return type === ipType ? datagramOf(frame) : nothing;
};
