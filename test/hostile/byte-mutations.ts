import fc from "fast-check";
import { SAMPLES } from "./samples.ts";

type Mutation = (bytes: Buffer) => Buffer;

const sample = fc.constantFrom(...SAMPLES);
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const junk = fc.uint8Array({ maxLength: 24 });
const extent = fc.integer({ min: 1, max: 64 });

const at = (bytes: Buffer, where: number) => Math.floor(where * bytes.length);

const flip = fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
  ([where, bits]): Mutation =>
    (bytes) => {
      const flipped = Buffer.from(bytes);
      const index = at(bytes, where);
      if (bytes.length > 0) flipped.writeUInt8((bytes[index] ?? 0) ^ bits, index);
      return flipped;
    },
);

const insert = fc.tuple(place, junk).map(
  ([where, more]): Mutation =>
    (bytes) =>
      Buffer.concat([bytes.subarray(0, at(bytes, where)), more, bytes.subarray(at(bytes, where))]),
);

const remove = fc.tuple(place, extent).map(
  ([where, length]): Mutation =>
    (bytes) =>
      Buffer.concat([
        bytes.subarray(0, at(bytes, where)),
        bytes.subarray(at(bytes, where) + length),
      ]),
);

const truncate = place.map(
  (where): Mutation =>
    (bytes) =>
      bytes.subarray(0, at(bytes, where)),
);

const double = fc.tuple(place, extent).map(
  ([where, length]): Mutation =>
    (bytes) =>
      Buffer.concat([
        bytes.subarray(0, at(bytes, where) + length),
        bytes.subarray(at(bytes, where)),
      ]),
);

const splice = fc.tuple(sample, place, place).map(
  ([other, to, from]): Mutation =>
    (bytes) =>
      Buffer.concat([bytes.subarray(0, at(bytes, to)), other.subarray(at(other, from))]),
);

/** A sample whose bytes were flipped, inserted, deleted, cut off, doubled, or spliced with another's. */
export const mutatedBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    sample,
    fc.array(fc.oneof(flip, insert, remove, truncate, double, splice), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([bytes, mutations]) => mutations.reduce((mutated, mutate) => mutate(mutated), bytes));
