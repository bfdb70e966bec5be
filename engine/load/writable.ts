/** An object that is put together field by field, which for thousands of them takes less than spreading; read-only for whoever gets it. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };
