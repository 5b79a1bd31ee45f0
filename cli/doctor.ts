export const doctor = async (..._a: readonly unknown[]): Promise<number> => 2;
