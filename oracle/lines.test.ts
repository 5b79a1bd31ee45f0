import { describe, expect, it } from 'vitest';
import { type Batch, lineBytesMax, lineReader, nodesMax } from './lines.ts';

const header =
  '{"lockstep":"observation","version":1,"sight":"white","hosts":["A","B"],' +
  '"primary":{"copy":"p","host":"A"},"backup":{"copy":"b","host":"B"}}';
const line = '{"node":"A","n":1,"copy":"p","did":"flush","seq":1}';
const second = line.replace('"n":1', '"n":2');

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All that is read of a file that comes in pieces of so many bytes. */
const read = (bytes: Uint8Array, size = bytes.length): Batch => {
  const reader = lineReader('x.ndjson');
  const lines: Batch['lines'][number][] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const batch = reader.feed(bytes.subarray(at, at + size));
    lines.push(...batch.lines);
    if (batch.bad !== null) return { lines, bad: batch.bad };
  }
  const last = reader.end();
  return { lines: [...lines, ...last.lines], bad: last.bad };
};

const complaintAbout = (text: string): string =>
  read(bytesOf(text)).bad?.sentence.replace(/^In x\.ndjson, /, '') ?? 'nothing';

describe('an observation', () => {
  it.each([1, 7, 64, 10_000])('is the same in pieces of %i bytes', (size) => {
    const bytes = bytesOf([header, line, second].join('\n'));
    expect(read(bytes, size)).toEqual({ lines: [JSON.parse(line), JSON.parse(second)], bad: null });
  });

  it('may end its lines as Windows does, and its last line not at all', () => {
    expect(read(bytesOf(`${header}\r\n${line}\r\n`)).bad).toBe(null);
    expect(read(bytesOf(`${header}\n${line}`)).lines).toHaveLength(1);
    expect(read(bytesOf(header))).toEqual({ lines: [], bad: null });
  });

  it.each([
    ['', 'the file should be the header, an object with "lockstep": "observation", but is empty.'],
    ['\n', 'line 1, column 1 should be a value, but the text ends there.'],
    ['{}', 'line 1 should be the header, an object with "lockstep": "observation", but is {}.'],
    [line, /^line 1 should be the header, .*, but is an object with node, n, copy, did, seq\.$/],
    [header.replace('1', '2'), 'line 1, version should be 1, the version known here, but is 2.'],
    [
      header.replace('"B"]', '"A"]'),
      'line 1, hosts should be a list without duplicates, but is a list of 2.',
    ],
    [
      header.replace('"host":"B"', '"host":"Z"'),
      'line 1, backup.host should be one of the hosts, but is "Z".',
    ],
    [
      header.replace('"copy":"b"', '"copy":"p"'),
      `line 1, backup.copy should be another name than the primary's, but is "p".`,
    ],
    [
      header.replace('"sight":', '"program":["read x p"],"sight":'),
      /^line 1, profile should be one with "disk", for the program has "read x p", but is missing/,
    ],
    [`${header}\n${header}`, 'line 2 should be an observation, but is a second header.'],
    [`${header}\n[]`, 'line 2 should be an observation, but is [].'],
    [`${header}\n\n${line}`, 'line 2, column 1 should be a value, but the text ends there.'],
    [`${header}\n{"node":`, 'line 2, column 9 should be a value, but the text ends there.'],
    [`${header}\n${line}\n${line}`, 'line 3, n should be 2, the next of node A, but is 1.'],
    [`${header}\n${second}`, 'line 2, n should be 1, the next of node A, but is 2.'],
    [
      `${header}\n${line.replace('flush', 'flash')}`,
      'line 2, did should be a word of the vocabulary (docs/guide/06-the-oracle.md), ' +
        'but is "flash"; did you mean flush?',
    ],
    [
      `${header}\n${line.replace('"seq":1', '"seq":-1')}`,
      'line 2, seq should be a whole number from 0 to 9007199254740991, but is -1.',
    ],
    [
      `${header}\n${line.replace('seq', 'sec')}`,
      'line 2, sec should be absent (the fields here are node, n, did, copy, seq), but is 1.',
    ],
    [
      `${header}\n${line.replace('flush","seq"', 'submit","io"')}`,
      'line 2, did should be a word of the profiles in the header: core, ' +
        'but is "submit" of the profile disk.',
    ],
    [
      `${header.replace('white', 'grey')}\n${line}`,
      'line 2, did should be a word within the sight in the header, grey, ' +
        'but is "flush", which needs white.',
    ],
    [
      `${header}\n{"node":"world","n":1,"did":"crash","host":"C"}`,
      'line 2, host should be one of the hosts A, B, but is "C".',
    ],
    [
      `${header}\n{"node":"world","n":1,"did":"cut","net":"log","from":"A","to":"A"}`,
      'line 2, to should be another host than the one it leads from, but is "A".',
    ],
  ])('is none in %j', (text, sentence) => {
    expect(complaintAbout(text)).toMatch(sentence);
  });

  it('has to be UTF-8, and says which line is not', () => {
    const bytes = Uint8Array.of(...bytesOf(`${header}\n${line}\n`), 0xc3, 10);
    expect(read(bytes).bad?.sentence).toBe(
      'In x.ndjson, line 3 should be text in UTF-8, but is none.',
    );
    expect(read(bytes).lines).toHaveLength(1);
  });

  it('has no line that is too long, nor is what is too long held', () => {
    const sentence = 'line 2 should be at most 65536 bytes long, but is longer.';
    const blank = ' '.repeat(lineBytesMax - line.length);
    expect(complaintAbout(`${header}\n${blank}${line}\n`)).toBe('nothing');
    expect(complaintAbout(`${header}\n ${blank}${line}\n`)).toBe(sentence);
    expect(complaintAbout(`${header}\n ${blank}${line}`)).toBe(sentence);
    const reader = lineReader('x.ndjson');
    reader.feed(bytesOf(`${header}\n`));
    const endless = Array.from({ length: 20 }, () => reader.feed(new Uint8Array(4096)).bad);
    expect(endless.findIndex((bad) => bad !== null)).toBe(16);
  });

  it('is recorded by a bounded number of nodes', () => {
    const lines = Array.from({ length: nodesMax + 1 }, (_, node) =>
      line.replace('"A"', `"${node}"`),
    );
    expect(complaintAbout([header, ...lines].join('\n'))).toBe(
      'line 66, node should be one of the 64 nodes before, for there are no more, but is "64".',
    );
  });
});
