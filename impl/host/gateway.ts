import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket, type Server as TcpServer } from 'node:net';
import { framed, packetBytesMax, unframed } from '../guest/address.ts';
import { digestOf } from '../guest/digest.ts';
import { preciseMs } from './clock.ts';
import { Server } from './dialogue.ts';
import { ReportFile } from './journal.ts';
import { type NetworkAnswers, type NetworkAsks, networkLanguage } from './network-language.ts';
import type { OnEvent, Running } from './running.ts';
import type { Address, Party } from './secure.ts';

/** What the gateway's process is made of. */
export type GatewayPlace = {
  readonly party: Party;
  readonly at: Address; // for hosts
  readonly guest: Address; // the VM's own address: UDP
  readonly console: Address; // TCP
  readonly onEvent: OnEvent;
  readonly reports?: string | null; // a file for what it passes on
};

const operatorsMax = 16;
const keysMax = 64; // at a time: no image's largest group is smaller
const crowdedBytes = 1 << 20; // on the way to a host; what comes then is dropped, as by any switch

/**
 * The network between clients and hosts, with the one address that the VM has wherever it runs. It
 * learns like a switch: packets go to the host that transmitted or announced last (R23-13), and
 * to all as long as none has.
 */
export class Gateway {
  readonly #place: GatewayPlace;
  readonly #hosts: Server<NetworkAsks, NetworkAnswers>;
  readonly #guest: UdpSocket = createSocket('udp4');
  readonly #console: TcpServer;
  readonly #operators: Set<Socket> = new Set();
  readonly #reports: ReportFile | null;
  #learned: string | null = null;
  #isOver = false;

  private constructor(place: GatewayPlace) {
    this.#place = place;
    const { party, at, onEvent, reports = null } = place;
    this.#reports = reports === null ? null : new ReportFile(reports);
    this.#hosts = new Server(networkLanguage, {
      party,
      at,
      onCome: (host) => onEvent('came', { host }),
      onGo: (host) => onEvent('went', { host }),
      onMessage: (host, message) => this.#hear(host, message),
      onStranger: (from, because) => onEvent('stranger', { from, because }),
    });
    this.#console = createServer((socket) => this.#seat(socket));
  }

  /** Opens all three ports. */
  static async open(place: GatewayPlace): Promise<Running> {
    const gateway = new Gateway(place);
    const port = await gateway.#open();
    return { port, stop: () => gateway.#stop() };
  }

  async #open(): Promise<number> {
    const { guest, console } = this.#place;
    this.#guest.on('message', (payload, client) => {
      const bytes = framed({ client, payload });
      if (bytes.length <= packetBytesMax) this.#bring({ type: 'packet', bytes });
    });
    this.#guest.bind(guest.port, guest.address);
    await once(this.#guest, 'listening');
    this.#guest.on('error', () => undefined); // a packet that cannot leave is a lost one
    this.#console.listen({ host: console.address, port: console.port });
    await once(this.#console, 'listening');
    this.#console.maxConnections = operatorsMax;
    this.#console.on('error', () => undefined); // one who cannot be let in
    return this.#hosts.open();
  }

  #stop(): void {
    this.#isOver = true;
    this.#guest.close();
    this.#console.close();
    for (const operator of this.#operators) operator.destroy();
    this.#hosts.shut();
    this.#reports?.close();
  }

  /** It is on file before it leaves: whatever a guest is given is there. */
  #report({ type: what, bytes }: NetworkAnswers): void {
    const [atMs, host, digest] = [preciseMs(), this.#learned, digestOf(bytes)];
    this.#reports?.note({ atMs, what, host, digest });
    this.#reports?.write();
  }

  #bring(message: NetworkAnswers): void {
    if (this.#reports !== null) this.#report(message);
    for (const host of this.#learned === null ? this.#hosts.peers : [this.#learned]) {
      if (this.#hosts.waitingBytes(host) <= crowdedBytes) this.#hosts.send(host, message);
    }
  }

  #hear(host: string, message: NetworkAsks): void {
    if (this.#isOver) return;
    if (message.type === 'print') {
      for (const operator of this.#operators) this.#show(operator, message.bytes);
      return;
    }
    if (host !== this.#learned) {
      this.#learned = host;
      this.#place.onEvent('learned', { host });
    }
    if (message.type === 'announce') return;
    const datagram = unframed(message.bytes);
    if (datagram === null || datagram.client.port === 0) return;
    const { client, payload } = datagram;
    this.#guest.send(payload, client.port, client.address, () => undefined);
  }

  /** An operator who does not read is put out, and may come again. */
  #show(operator: Socket, bytes: Uint8Array): void {
    if (operator.writableLength <= crowdedBytes) operator.write(bytes);
    else operator.destroy();
  }

  #seat(operator: Socket): void {
    this.#operators.add(operator);
    operator.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += keysMax) {
        this.#bring({ type: 'key', bytes: bytes.subarray(at, at + keysMax) });
      }
    });
    operator.on('error', () => operator.destroy());
    operator.on('close', () => this.#operators.delete(operator));
  }
}
