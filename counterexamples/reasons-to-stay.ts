/** Why a claim stays although every mutant that breaks it breaks another one too. */
export const reasonsToStay: Readonly<Record<string, string>> = {
  S7:
    'an order that is wrong is refuted where it begins (S7a), a copy that has no right to write ' +
    'by S3; S7 says what the blocks hold, by whatever means the operations are kept in order',
  S15:
    'the mistakes that a client sees are made earlier, and S1 to S3 refute them there; S15 needs ' +
    'nothing but what the client is sent, so it judges whoever cannot be looked into',
  S12:
    'two winners of a generation soon run at once (S3); S12 finds the mistake in the arbiter, ' +
    'where it is made, and in a shorter story',
  S13:
    'a clone that starts elsewhere diverges as soon as it replays (S4); S13 finds it before, ' +
    'and when nothing is ever replayed',
  T1a:
    'within the capacities of the buffers (S8) the lag in entries is bounded already; T1a says ' +
    'what that means for the time a take-over needs',
  T1c:
    'each mutant so far whose take-over is too long never ends it, and breaks L1 or L2 as well; ' +
    'T1c gives the bound, and needs no calm',
  L4:
    'a backup that consumes nothing is suspected, and what keeps it from that breaks L1 or L3; ' +
    'L4 names the side at fault',
};
