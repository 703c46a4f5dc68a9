#ifndef CBYTES_H
#define CBYTES_H

// What Swift has no word for. No header of the system but this one: what they say depends on what is defined before them, and
// must be the same in every module.
#include <stddef.h>

// A hint that memory is needed soon. It waits for nothing, and may name any address.
static inline void bytes_prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 1, 3); }

// Has the kernel use large pages for what of `size` bytes it can; where it has none, nothing changes.
void bytes_prefer_large_pages(void *_Nonnull address, size_t size);

// Memory of tables: see tables.c. `size` is what was asked for, and not 0. Where there is no memory the process ends.
void *_Nonnull bytes_table_allocate(size_t size);
void bytes_table_free(void *_Nonnull table, size_t size);
// The table with room for `wanted` bytes, wherever it is then.
void *_Nonnull bytes_table_grow(void *_Nonnull table, size_t size, size_t wanted);

#endif
