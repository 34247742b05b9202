/** An address that a person can be sent to; `null` for one that is none, e.g. `javascript:`. */
export function webAddress(address: string | null | undefined): URL | null {
  try {
    const url = new URL(address ?? "");
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
