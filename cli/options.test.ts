import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import {
  badOption,
  exitCodes,
  listed,
  oneOfWords,
  repeated,
  seconds,
  wholeNumber,
} from './options.ts';

const complaint = (parse: () => unknown): string => {
  try {
    return `parsed: ${String(parse())}`;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    expect(error.exitCode).toBe(exitCodes.badInput);
    return error.message;
  }
};

it('reads whole numbers within a range, and nothing that only looks like one', () => {
  const parse = wholeNumber('--runs', 1, 1000);
  expect([parse('1'), parse('1000')]).toEqual([1, 1000]);
  for (const text of ['', ' 1', '1.5', '1e3', '0x10', '0', '1001', 'NaN', '9'.repeat(40)]) {
    expect(complaint(() => parse(text))).toMatch(
      /^In the command line, --runs should be a whole number from 1 to 1000, but is ".*\.$/,
    );
  }
});

it('reads seconds, with fractions but not without end', () => {
  const parse = seconds('--time', 86_400);
  expect([parse('0.5'), parse('30')]).toEqual([0.5, 30]);
  for (const text of ['0', '-1', 'Infinity', '1e3', '86401', '']) {
    expect(complaint(() => parse(text))).toMatch(/--time should be a number of seconds above 0/);
  }
});

it('reads one of a few words', () => {
  const parse = oneOfWords('--format', ['text', 'json']);
  expect(parse('json')).toBe('json');
  expect(complaint(() => parse('toString'))).toBe(
    'In the command line, --format should be text or json, but is "toString".',
  );
});

it('tells a found text without what a terminal would obey', () => {
  expect(badOption('--spec', 'a name', '\u001b[2J').message).not.toMatch(/\p{Cc}/u);
});

it('lists words and collects repeated ones', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'], 'and')]).toEqual([
    '',
    'a',
    'a, b and c',
  ]);
  expect(repeated('S2', ['S1'])).toEqual(['S1', 'S2']);
});
