#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// What Swift has no word for: a hint that memory is needed soon. It waits for nothing, and may name any address.
static inline void bytes_prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 1, 3); }

// Has the kernel use pages of 2 MiB for what of `size` bytes it can, where it has them; where it has not, nothing changes.
static inline void bytes_prefer_large_pages(void *_Nonnull address, size_t size) {
    const uintptr_t page = 2 << 20;
    const uintptr_t start = ((uintptr_t)address + page - 1) & ~(page - 1);
    const uintptr_t end = ((uintptr_t)address + size) & ~(page - 1);
    if (start < end) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
}

// Memory of tables. From 4 MiB on it is pages of its own, of which none costs anything before it is written to, and which
// move where the table grows, so that no byte of them is copied. What is smaller comes from the allocator, on a line of
// the cache. `size` is what was asked for, and not 0. Where there is no memory the process ends, as Swift's own
// allocations do.
static const size_t bytes_table_pages = 4 << 20;

static inline size_t bytes_table_whole(size_t size) {
    const size_t page = 2 << 20;
    return (size + page - 1) & ~(page - 1);
}

static inline void *_Nonnull bytes_table_allocate(size_t size) {
    if (size < bytes_table_pages) {
        void *table = aligned_alloc(64, (size + 63) & ~(size_t)63);
        if (table == NULL) abort();
        return table;
    }
    void *table = mmap(NULL, bytes_table_whole(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (table == MAP_FAILED) abort();
    bytes_prefer_large_pages(table, bytes_table_whole(size));
    return table;
}

static inline void bytes_table_free(void *_Nonnull table, size_t size) {
    if (size < bytes_table_pages) free(table);
    else (void)munmap(table, bytes_table_whole(size));
}

static inline void *_Nonnull bytes_table_grow(void *_Nonnull table, size_t size, size_t wanted) {
    if (size >= bytes_table_pages) {
        void *moved = mremap(table, bytes_table_whole(size), bytes_table_whole(wanted), MREMAP_MAYMOVE);
        if (moved != MAP_FAILED) {
            bytes_prefer_large_pages(moved, bytes_table_whole(wanted));
            return moved;
        }
    }
    void *larger = bytes_table_allocate(wanted);
    memcpy(larger, table, size);
    bytes_table_free(table, size);
    return larger;
}
