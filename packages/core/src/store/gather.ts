/** However much comes, the first one waits no longer. */
const MOST_TURNS = 8;

/** Waits for as long as each turn of the event loop adds to `count`: one turn, on an idle process. */
export async function gather(count: () => number): Promise<void> {
  let seen = -1;
  for (let turn = 0; turn < MOST_TURNS && count() > seen; turn += 1) {
    seen = count();
    await new Promise(setImmediate);
  }
}
