/** Secure randomness of the size asked for. Injected, so that a test can repeat what was drawn. */
export type RandomBytes = (sizeBytes: number) => Uint8Array;
