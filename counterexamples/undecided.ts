/**
 * Requirements of sections 2 and 3 that no mutant changes, each with the reason: there is no
 * decision in the model that could be taken wrongly.
 */
export const undecided: Readonly<Record<string, string>> = {
  'R20-7': 'says what can fail: the faults of world.ts are it, and a protocol cannot change them',
  'R20-8': 'one processor: the guest of the model has no second one to interleave with',
  'R20-9': 'says what is not promised: with both hosts gone the VM is lost',
  'R20-10': 'says for whom all of it is: guest and clients of the model know nothing of copies',
  'R21-11':
    'a backup that has diverged halts; under the protocol none diverges, and under a mutant by ' +
    'which one does S4 has spoken before',
  'R22-2': 'a permission: what nobody has seen may differ',
  'R22-9': 'a saving: a payload in the log would change no state and no output',
  'R32-11': 'says how often something happens',
  'R34-5': 'says what something costs',
};
