import { describe, expect, it } from 'vitest';
import { imageNamed } from './images.ts';
import { instructions } from './program.ts';

const named = (...words: readonly string[]): string => {
  const image = imageNamed(words);
  return typeof image === 'string' ? image : image.name;
};

describe('an image has a name', () => {
  it.each([
    [['key-value'], 'key-value'],
    [['fold', 'compute'], 'fold: compute'],
    [['fold', 'touch', 'p', 'write', 'xy', 'pq', 'kick'], 'fold: touch p, write xy pq, kick'],
    [['fold touch p, write x q'], 'fold: touch p, write x q'],
    [['fold', ...instructions], `fold: ${instructions.join(', ')}`],
  ])('%j', (words, name) => {
    expect(named(...words)).toBe(name);
  });

  it('is the name of its own snapshots alone', () => {
    const [one, other] = [imageNamed(['fold', 'post']), imageNamed(['fold', 'kick'])];
    if (typeof one === 'string' || typeof other === 'string') throw new Error('they are images');
    expect(() => other.restore(one.boot().snapshot())).toThrow('of another machine');
  });
});

describe('what names no image gets a sentence', () => {
  const known = instructions.join(', ');
  it.each([
    [[], "there is no such image: expected key-value or fold, got ''"],
    [['linux'], "there is no such image: expected key-value or fold, got 'linux'"],
    [['key-value', 'post'], "key-value takes no program: got 'post'"],
    [['fold'], 'a program has one instruction or more: got none'],
    [
      ['fold', 'post', 'touch', 'r', 'post', 'post'],
      `instruction 2 is unknown: expected one of ${known}; got 'touch r post'`,
    ],
    [['fold', 'touch'], `instruction 1 is unknown: expected one of ${known}; got 'touch'`],
  ])('%j', (words, sentence) => {
    expect(named(...words)).toBe(sentence);
  });
});
