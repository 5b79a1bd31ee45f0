import { Server } from './dialogue.ts';
import type { Facts, OnEvent, Running } from './running.ts';
import type { Address, Party } from './secure.ts';
import type { Geometry } from './shared-disk.ts';
import { SharedStorage } from './shared-storage.ts';
import { type StorageAnswers, type StorageAsks, storageLanguage } from './storage-language.ts';

/** What the storage's process is made of. */
export type StoragePlace = {
  readonly party: Party;
  readonly at: Address;
  readonly folder: string;
  readonly geometry: Geometry;
  readonly onEvent: OnEvent;
};

const answerTo = (storage: SharedStorage, asked: StorageAsks): StorageAnswers => {
  const { copy } = asked;
  if (asked.type === 'claim') {
    return { type: 'claimed', copy, outcome: storage.claim(copy) };
  }
  const { generation } = asked;
  if (asked.type === 'testAndSet') {
    return { type: 'decided', copy, generation, outcome: storage.testAndSet(generation, copy) };
  }
  const { io, kind, blocks, data } = asked;
  const done = storage.submit({ kind, blocks, data }, { copy, generation });
  return done === 'refused'
    ? { type: 'refused', copy, generation, io }
    : { type: 'done', copy, generation, io, ...done };
};

const factsOf = (asked: StorageAsks, answer: StorageAnswers): Facts => {
  if (answer.type !== 'done' || asked.type !== 'submit') return answer;
  const { data: _, ...facts } = answer;
  const blockCount = asked.blocks.reduce((sum, { start, end }) => sum + end - start, 0);
  return { ...facts, isWhole: facts.transferredCount === blockCount };
};

/** Serves a folder as the shared storage, one request after the other. */
export const serveStorage = async (place: StoragePlace): Promise<Running> => {
  const { party, at, folder, geometry, onEvent } = place;
  const storage = await SharedStorage.own(folder, geometry);
  const onMessage = (peer: string, asked: StorageAsks): void => {
    try {
      const answer = answerTo(storage, asked);
      onEvent(answer.type, { host: peer, ...factsOf(asked, answer) });
      server.send(peer, answer);
    } catch (error) {
      // no answer is no answer: whoever asked asks again (R23-21)
      onEvent('failed', { host: peer, because: error instanceof Error ? error.message : '' });
    }
  };
  const server: Server<StorageAsks, StorageAnswers> = new Server(storageLanguage, {
    party,
    at,
    onMessage,
    onCome: (host) => onEvent('came', { host }),
    onGo: (host) => onEvent('went', { host }),
    onStranger: (from, because) => onEvent('stranger', { from, because }),
  });
  const port = await server.open();
  const stop = (): void => {
    server.shut();
    storage.close();
  };
  return { port, stop };
};
