/**
 * Instructions that trap, or entries of the log, in one slice at most: each may cost as much as a
 * great many others, and a host gives slices by what the last ones have taken. It comes to its
 * other work in time whatever the guest does.
 */
export const trapsMax = 256;
