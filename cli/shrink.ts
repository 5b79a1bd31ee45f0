export const shrink = async (..._a: readonly unknown[]): Promise<number> => 2;
