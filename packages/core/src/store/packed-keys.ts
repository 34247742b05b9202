/** Keys that begin alike share their beginning. */
export type PackedKeys = readonly (readonly [beginning: string, ...rests: string[]])[];

export function pack(keys: readonly string[]): PackedKeys {
  const packed = new Map<string, [string, ...string[]]>();
  for (const key of keys) {
    const beginning = key.slice(0, key.lastIndexOf(":") + 1);
    const rests = packed.get(beginning) ?? [beginning];
    rests.push(key.slice(beginning.length));
    packed.set(beginning, rests);
  }
  return [...packed.values()];
}

export function unpack(packed: PackedKeys): readonly string[] {
  return packed.flatMap(([beginning, ...rests]) => rests.map((rest) => beginning + rest));
}
