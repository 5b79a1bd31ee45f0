export const mutants = async (..._a: readonly unknown[]): Promise<number> => 2;
