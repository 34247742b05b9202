/** Where a secret lives. A sealed text opens at the place it was sealed for and nowhere else. */
export interface Place {
  /** Empty for what belongs to the whole installation. */
  readonly organizationId: string;
  /** The key of the record that holds the sealed text. */
  readonly record: string;
  /** Which field of that record. */
  readonly field: string;
}

/**
 * The bytes that tie a ciphertext to a place and to a purpose. Each part is preceded by its length,
 * so no two lists of parts give the same bytes. UTF-16 because UTF-8 folds lone surrogates into one.
 */
export function associatedData(purpose: readonly string[], place: Place): Uint8Array {
  const parts = [...purpose, place.organizationId, place.record, place.field];
  return Buffer.concat(parts.flatMap(withLength));
}

function withLength(part: string): readonly Buffer[] {
  const bytes = Buffer.from(part, "utf16le");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
