import type { EveryStep, Sometimes } from '../property.ts';

export const arbiter: EveryStep = {
  id: 'S12',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'each generation is won by one copy at most, and is never open again',
  cites: ['R23-17', 'R23-19', 'R23-21', 'R23-22'],
  holds: ({ event, before, after, past, history }) => {
    if (event.type !== 'arbitrate' && event.type !== 'snapshot') return true;
    const isStored = after.storage.generation >= before.storage.generation;
    const isUnique = past.winners.every(
      (winner, generation) => winner === null || history.winners[generation] === winner,
    );
    return isStored && isUnique;
  },
};

export const bothAsk: Sometimes = {
  id: 'W12',
  kind: 'sometimes',
  guards: ['S12', 'S3'],
  claim: 'both sides of a pair ask the arbiter, and one of them loses',
  cites: ['R23-17'],
  holds: ({ event, after }) =>
    event.type === 'learn' && after.copies[event.copy]?.mode === 'halted',
};

export const asksAgain: Sometimes = {
  id: 'W15',
  kind: 'sometimes',
  guards: ['S12'],
  claim: 'a copy that has won asks again and is told so again',
  cites: ['R23-21'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'arbitrate') return false;
    const reply = after.storage.replies.at(-1);
    return reply?.outcome === 'won' && before.storage.owner === reply.copy;
  },
};
