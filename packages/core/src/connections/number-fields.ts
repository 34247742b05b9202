import { z } from "zod";

const MAX_METADATA_BYTES = 8 * 1024;

/** What the host calls a connection. */
export const nameField = z.string().min(1).max(256);

/** What the host wants to find again with every event of a connection. */
export const metadataField = z
  .record(z.string(), z.unknown())
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES, {
    message: "must not exceed 8 KiB as JSON",
  });
