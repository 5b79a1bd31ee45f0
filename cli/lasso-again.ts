import { match } from 'ts-pattern';
import type { LassoBundle } from '../counterexamples/bundle.ts';
import type { Event } from '../model/event.ts';
import { paper } from '../model/paper.ts';
import { isRefusal, type Spec, step } from '../model/spec.ts';
import type { Flaw } from '../properties/checker/explore/lasso-flaw.ts';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { flawUnder } from '../properties/checker/explore/retaken.ts';
import { narrate, type Story, tell } from '../properties/checker/narrate.ts';
import { endlessOf, loopIn } from './lasso-bundle.ts';
import { scriptOf } from './refutation.ts';

/** What the events of a lasso come to under a specification, whichever it was found under. */
export type Again = {
  readonly spec: Spec;
  readonly bundle: LassoBundle;
  readonly story: Story;
  readonly flaw: Flaw<Event> | null; // why they are none there; null: they are one
};

/** Takes the steps of a lasso once more, and judges whether it is one. */
export const lassoAgain = (spec: Spec, bundle: LassoBundle): Again => {
  const obligation = obligations.find(({ id }) => id === bundle.claim);
  if (obligation === undefined) throw new Error(`no obligation is named ${bundle.claim}`);
  const flaw = flawUnder(spec, obligation, endlessOf(bundle));
  return { spec, bundle, story: narrate(spec, scriptOf(bundle)), flaw };
};

/** Since when something is owed. */
const sinceText = (owedFrom: number): string =>
  owedFrom === 0 ? 'from the beginning' : `from event ${owedFrom} on`;

/** Since when what never comes is owed, and what was taken for granted there. */
export const owedText = ({ lasso }: LassoBundle): string =>
  `It is owed ${sinceText(lasso.owedFrom)}. All that is fair is done` +
  `${lasso.asksForBackups ? '' : ', but nobody asks for a backup'}.`;

/** What an event would do after some others. */
const toldAfter = ({ spec, story }: Again, number: number, event: Event): string => {
  const before = story.lines[number - 1]?.after ?? story.begun;
  const outcome = step(spec, before, event);
  return isRefusal(outcome) ? outcome : tell(event, before, outcome.state, outcome.effects);
};

/** Why the events are no lasso, in a clause about whoever it is that they were put to. */
export const flawText = (who: string, again: Again, flaw: Flaw<Event>): string => {
  const { bundle, story, spec } = again;
  const [loop, count] = [loopIn(bundle), bundle.script.length];
  const line = (number: number) => {
    const found = story.lines[number - 1];
    if (found === undefined) throw new Error(`there is no event ${number}`);
    return found;
  };
  return match(flaw)
    .with({ kind: 'impossible' }, ({ number }) => {
      const { event, refused } = line(number);
      const why = refused ?? 'it is not among what can happen';
      return `${who} refuses event ${number}, ${event.type}: ${why}`;
    })
    .with({ kind: 'not owed' }, () => `${who} owes nothing ${sinceText(bundle.lasso.owedFrom)}`)
    .with({ kind: 'pardoned' }, ({ number }) => {
      const { type } = line(number).event;
      const how = spec.actions[type].by === 'world' ? 'disturbs anew' : 'comes before its time';
      return `under ${who} event ${number}, ${type}, ${how}: what was owed is pardoned`;
    })
    .with({ kind: 'ended' }, ({ number }) => {
      const since = sinceText(bundle.lasso.owedFrom);
      if (number === bundle.lasso.owedFrom) return `under ${who} what is owed ${since} is done`;
      const { who: copy, clause } = line(number);
      const told = `${copy} ${clause}`.trim();
      return `under ${who} what is owed is done with event ${number}: ${told}`;
    })
    .with({ kind: 'open' }, () => {
      return loop + 1 === count
        ? `under ${who} event ${count} does not lead back to where it begins`
        : `under ${who} events ${loop + 1} to ${count} do not lead back to where they begin`;
    })
    .with({ kind: 'put off' }, ({ number, event }) => {
      const told = toldAfter(again, number, event);
      if (loop === count) return `${who} does not stop there: ${told}`;
      return `${who} leaves the cycle in the end, as it can after event ${number}: ${told}`;
    })
    .exhaustive();
};

/** What the paper makes of the same events, in a clause and as data. */
export type Paper = { readonly text: string; readonly says: object };

/** What it makes of a lasso that is one under another specification. */
export const paperOnLasso = (bundle: LassoBundle): Paper => {
  const again = lassoAgain(paper, bundle);
  const { flaw } = again;
  const same = 'the paper allows every event, and the claim breaks there too';
  const text = flaw === null ? same : flawText('the paper', again, flaw);
  return { text, says: { flaw, text } };
};
