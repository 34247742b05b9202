/** What the index knows of a name. */
export interface Place {
  readonly runAt: number;
  /** A number of the caller's, from 1. */
  readonly ref: number;
}

/**
 * Names of jobs by a hash of 64 bits, in typed arrays: some 30 bytes each, where a Map of texts takes
 * 150. Among a million names two share a hash once in 40 million times, and not again in the next
 * process, whose seed is another: it would cost one wake-up, which a queue may lose.
 */
export interface NameIndex {
  readonly size: number;
  find(name: string): Place | undefined;
  set(name: string, place: Place): void;
  delete(name: string): void;
}

/** Entries are chained by bucket; a chunk of them is never copied, and so leaves no holes behind. */
const CHUNK_BITS = 13;
const CHUNK_ENTRIES = 2 ** CHUNK_BITS;
const FIRST_BUCKETS = 1_024;

interface Chunk {
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  readonly times: Float64Array;
  readonly refs: Uint32Array;
  /** The entry behind this one, in its bucket or among the free ones; 0 is none. */
  readonly nexts: Uint32Array;
}

interface IndexState {
  readonly seed: number;
  chunks: Chunk[];
  buckets: Uint32Array;
  free: number;
  size: number;
  /** How many entries have ever been in use. */
  used: number;
  /** The hash of the name last asked for. */
  high: number;
  low: number;
}

/** Opens an empty one. */
export function nameIndex(seed: number): NameIndex {
  const index: IndexState = { seed, high: 0, low: 0, ...emptied() };
  return {
    get size() {
      return index.size;
    },
    find: (name) => find(index, name),
    set: (name, place) => set(index, name, place),
    delete: (name) => remove(index, name),
  };
}

function emptied() {
  return { chunks: [], buckets: new Uint32Array(FIRST_BUCKETS), free: 0, size: 0, used: 0 };
}

function find(index: IndexState, name: string): Place | undefined {
  if (index.size === 0) return undefined;
  const entry = entryOf(index, name);
  if (entry === 0) return undefined;
  const { times, refs } = chunkOf(index, entry);
  const offset = entry % CHUNK_ENTRIES;
  return { runAt: times[offset] ?? 0, ref: refs[offset] ?? 0 };
}

function set(index: IndexState, name: string, { runAt, ref }: Place): void {
  const entry = entryOf(index, name) || insert(index);
  const { times, refs } = chunkOf(index, entry);
  times[entry % CHUNK_ENTRIES] = runAt;
  refs[entry % CHUNK_ENTRIES] = ref;
}

/** Unhooks the entry from its bucket. */
function remove(index: IndexState, name: string): void {
  const entry = entryOf(index, name);
  if (entry === 0) return;
  const behind = nextOf(index, entry);
  const bucket = index.low % index.buckets.length;
  let before = index.buckets[bucket] ?? 0;
  if (before === entry) {
    index.buckets[bucket] = behind;
  } else {
    while (nextOf(index, before) !== entry) before = nextOf(index, before);
    putBehind(index, before, behind);
  }
  putBehind(index, entry, index.free);
  index.free = entry;
  index.size -= 1;
  if (index.size === 0) Object.assign(index, emptied());
}

/** The entry of a name, 0 if it has none. */
function entryOf(index: IndexState, name: string): number {
  hash(index, name);
  let entry = index.buckets[index.low % index.buckets.length] ?? 0;
  while (entry !== 0) {
    const { highs, lows, nexts } = chunkOf(index, entry);
    const offset = entry % CHUNK_ENTRIES;
    if (highs[offset] === index.high && lows[offset] === index.low) return entry;
    entry = nexts[offset] ?? 0;
  }
  return 0;
}

/** A new entry for the hash last asked for. */
function insert(index: IndexState): number {
  if (index.size >= index.buckets.length) widen(index);
  const entry = index.free || takeUnused(index);
  if (entry === index.free) index.free = nextOf(index, entry);
  const { highs, lows } = chunkOf(index, entry);
  highs[entry % CHUNK_ENTRIES] = index.high;
  lows[entry % CHUNK_ENTRIES] = index.low;
  hook(index, entry);
  index.size += 1;
  return entry;
}

function takeUnused(index: IndexState): number {
  index.used += 1; // the entry 0 stays unused
  if (index.used >> CHUNK_BITS >= index.chunks.length) index.chunks.push(newChunk());
  return index.used;
}

/** Twice as many buckets, once there are as many entries. */
function widen(index: IndexState): void {
  const former = index.buckets;
  index.buckets = new Uint32Array(2 * former.length);
  for (let entry of former) {
    while (entry !== 0) {
      const next = nextOf(index, entry);
      hook(index, entry);
      entry = next;
    }
  }
}

function hook(index: IndexState, entry: number): void {
  const { lows } = chunkOf(index, entry);
  const bucket = (lows[entry % CHUNK_ENTRIES] ?? 0) % index.buckets.length;
  putBehind(index, entry, index.buckets[bucket] ?? 0);
  index.buckets[bucket] = entry;
}

function nextOf(index: IndexState, entry: number): number {
  return chunkOf(index, entry).nexts[entry % CHUNK_ENTRIES] ?? 0;
}

function putBehind(index: IndexState, entry: number, next: number): void {
  chunkOf(index, entry).nexts[entry % CHUNK_ENTRIES] = next;
}

function chunkOf({ chunks }: IndexState, entry: number): Chunk {
  const chunk = chunks[entry >> CHUNK_BITS];
  if (!chunk) throw new RangeError(`There is no entry ${entry}.`);
  return chunk;
}

function newChunk(): Chunk {
  return {
    highs: new Uint32Array(CHUNK_ENTRIES),
    lows: new Uint32Array(CHUNK_ENTRIES),
    times: new Float64Array(CHUNK_ENTRIES),
    refs: new Uint32Array(CHUNK_ENTRIES),
    nexts: new Uint32Array(CHUNK_ENTRIES),
  };
}

/** Two hashes of 32 bits, each with its own multiplier and shift. */
function hash(index: IndexState, name: string): void {
  let high = index.seed | 0;
  let low = ~high;
  for (let position = 0; position < name.length; position += 1) {
    const code = name.charCodeAt(position);
    high = Math.imul(high ^ code, 0x9e3779b1);
    high ^= high >>> 15;
    low = Math.imul(low ^ code, 0x85ebca6b);
    low ^= low >>> 13;
  }
  index.high = high >>> 0;
  index.low = (low ^ (low >>> 16)) >>> 0;
}
