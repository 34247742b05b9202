import { z } from "zod";

/** Text that Meta may leave out, or change the type of; then `null`. */
export const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** As `text`, for what is true or false. */
export const flag = z
  .boolean()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
