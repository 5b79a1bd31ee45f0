/** Why a claim stays although every mutant that breaks it breaks another one too. */
export const reasonsToStay: Readonly<Record<string, string>> = {
  S6:
    'what a backup emits lies beyond the prefix of the copy that is live, so S3 breaks too; S6 ' +
    'says so of the backup alone, whatever else is live',
  S12:
    'two winners of a generation soon run at once (S3); S12 finds the mistake in the arbiter, ' +
    'where it is made, and in a shorter story',
  S13:
    'a clone that starts elsewhere diverges as soon as it replays (S4); S13 finds it before, ' +
    'and when nothing is ever replayed',
  T1a:
    'within the capacities of the buffers (S8) the lag in entries is bounded already; T1a says ' +
    'what that means for the time a take-over needs',
  L4:
    'a backup that consumes nothing is suspected, and what keeps it from that breaks L1 or L3; ' +
    'L4 names the side at fault',
};
