import {
  clintPlace,
  type Place,
  plicPlace,
  powerPlace,
  slots,
  timebase,
  uartLine,
  uartPlace,
  virtioLine,
  virtioPlace,
} from './platform.ts';
import { ramStart } from './ram.ts';

const token = { begin: 1, end: 2, property: 3, finish: 9 } as const;
const magic = 0xd00dfeed;
const headBytes = 40;
const reservationBytes = 16; // one entry: the end of the list
const [version, lastCompatible] = [17, 16];

/** A value of a property: cells of 32 bits, or text. */
type Value = readonly number[] | string;

type Node = {
  readonly properties: Readonly<Record<string, Value>>;
  readonly children?: Readonly<Record<string, Node>>;
};

const cellsOf = (numbers: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [at, number] of numbers.entries()) view.setUint32(4 * at, number);
  return bytes;
};

const textOf = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);

const padded = (bytes: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** The names of properties, each once; a property says where its own begins. */
class Names {
  readonly #places: Map<string, number> = new Map();
  #text = '';

  at(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const at = this.#text.length;
    this.#places.set(name, at);
    this.#text += `${name}\0`;
    return at;
  }

  bytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }
}

const structureOf = (name: string, node: Node, names: Names): Uint8Array => {
  const properties = Object.entries(node.properties).flatMap(([key, value]) => {
    const bytes = typeof value === 'string' ? textOf(value) : cellsOf(value);
    return [cellsOf([token.property, bytes.length, names.at(key)]), padded(bytes)];
  });
  const children = Object.entries(node.children ?? {}).map(([key, child]) =>
    structureOf(key, child, names),
  );
  const begin = [cellsOf([token.begin]), padded(textOf(name))];
  return joined([...begin, ...properties, ...children, cellsOf([token.end])]);
};

/** A device tree as a flattened blob, version 17. */
const flattened = (root: Node): Uint8Array => {
  const names = new Names();
  const structure = joined([structureOf('', root, names), cellsOf([token.finish])]);
  const strings = names.bytes();
  const structureAt = headBytes + reservationBytes;
  const stringsAt = structureAt + structure.length;
  const head = cellsOf([
    magic,
    stringsAt + strings.length,
    structureAt,
    stringsAt,
    headBytes,
    version,
    lastCompatible,
    0, // the hart that boots
    strings.length,
    structure.length,
  ]);
  return joined([head, new Uint8Array(reservationBytes), structure, strings]);
};

const hex = (number: number): string => number.toString(16);
const registersOf = ({ start, byteCount }: Place): readonly number[] => [0, start, 0, byteCount];

const [hartLines, plicHandle, powerHandle] = [1, 2, 3]; // phandles
const [softwareLine, timerLine, externalLine] = [3, 7, 11];
const [poweroff, reboot] = [0x5555, 0x7777];

const hart: Node = {
  properties: {
    device_type: 'cpu',
    reg: [0],
    status: 'okay',
    compatible: 'riscv',
    'riscv,isa-base': 'rv32i',
    'riscv,isa-extensions': 'i\0m\0a\0zicntr\0zicsr\0zifencei',
    'riscv,isa': 'rv32ima_zicntr_zicsr_zifencei',
  },
  children: {
    'interrupt-controller': {
      properties: {
        '#interrupt-cells': [1],
        'interrupt-controller': [],
        compatible: 'riscv,cpu-intc',
        phandle: [hartLines],
      },
    },
  },
};

const virtioNode = (slot: number): [string, Node] => [
  `virtio_mmio@${hex(virtioPlace(slot).start)}`,
  {
    properties: {
      compatible: 'virtio,mmio',
      reg: registersOf(virtioPlace(slot)),
      'interrupt-parent': [plicHandle],
      interrupts: [virtioLine(slot)],
    },
  },
];

const soc: Node = {
  properties: { '#address-cells': [2], '#size-cells': [2], compatible: 'simple-bus', ranges: [] },
  children: {
    [`clint@${hex(clintPlace.start)}`]: {
      properties: {
        compatible: 'sifive,clint0\0riscv,clint0',
        reg: registersOf(clintPlace),
        'interrupts-extended': [hartLines, softwareLine, hartLines, timerLine],
      },
    },
    [`plic@${hex(plicPlace.start)}`]: {
      properties: {
        compatible: 'sifive,plic-1.0.0\0riscv,plic0',
        reg: registersOf(plicPlace),
        'interrupts-extended': [hartLines, externalLine],
        'interrupt-controller': [],
        '#interrupt-cells': [1],
        '#address-cells': [0],
        'riscv,ndev': [31],
        phandle: [plicHandle],
      },
    },
    [`serial@${hex(uartPlace.start)}`]: {
      properties: {
        compatible: 'ns16550a',
        reg: registersOf(uartPlace),
        'clock-frequency': [3_686_400],
        'interrupt-parent': [plicHandle],
        interrupts: [uartLine],
      },
    },
    ...Object.fromEntries(Object.values(slots).map(virtioNode)),
    [`test@${hex(powerPlace.start)}`]: {
      properties: {
        compatible: 'sifive,test1\0sifive,test0\0syscon',
        reg: registersOf(powerPlace),
        phandle: [powerHandle],
      },
    },
  },
};

/** What the machine tells its software of itself, with so much memory and this command line. */
export const deviceTree = (memoryBytes: number, commandLine: string): Uint8Array =>
  flattened({
    properties: {
      '#address-cells': [2],
      '#size-cells': [2],
      compatible: 'riscv-virtio',
      model: 'riscv-virtio,lockstep',
    },
    children: {
      chosen: {
        properties: {
          bootargs: commandLine,
          'stdout-path': `/soc/serial@${hex(uartPlace.start)}`,
        },
      },
      [`memory@${hex(ramStart)}`]: {
        properties: { device_type: 'memory', reg: [0, ramStart, 0, memoryBytes] },
      },
      cpus: {
        properties: {
          '#address-cells': [1],
          '#size-cells': [0],
          'timebase-frequency': [timebase],
        },
        children: { 'cpu@0': hart },
      },
      soc,
      poweroff: {
        properties: {
          compatible: 'syscon-poweroff',
          regmap: [powerHandle],
          offset: [0],
          value: [poweroff],
        },
      },
      reboot: {
        properties: {
          compatible: 'syscon-reboot',
          regmap: [powerHandle],
          offset: [0],
          value: [reboot],
        },
      },
    },
  });
