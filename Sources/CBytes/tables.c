#define _GNU_SOURCE
#include "CBytes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// The kernel's large pages, where it has such.
static const size_t large_page = 2 << 20;

static uintptr_t rounded_up(uintptr_t size) { return (size + large_page - 1) & ~(large_page - 1); }

// Has the kernel use large pages for what of `size` bytes it can; where it has none, nothing changes.
void bytes_prefer_large_pages(void *address, size_t size) {
    const uintptr_t start = rounded_up((uintptr_t)address);
    const uintptr_t end = ((uintptr_t)address + size) & ~(large_page - 1);
    if (start < end) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
}

// Memory of tables. From 4 MiB on it is pages of its own, of which none costs anything before it is written to, and which
// move where the table grows, so that no byte of them is copied. What is smaller comes from the allocator, on a line of
// the cache. `size` is what was asked for, and not 0. Where there is no memory the process ends, as Swift's own
// allocations do.
static const size_t large_table = 4 << 20;

static void end_without_memory(void) {
    static const char text[] = "egret: no memory for a table\n";
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    abort();
}

// `size` bytes of addresses, a multiple of a large page, that begin at such a page: kernels before 6.7 return any address. A mapping that
// crosses a boundary of large pages would be split when they are requested, and its parts could not be moved as one.
static void *addresses(size_t size, int protection) {
    const size_t room = size + large_page;
    char *start = mmap(NULL, room, protection, MAP_PRIVATE | MAP_ANONYMOUS | (protection == PROT_NONE ? MAP_NORESERVE : 0), -1, 0);
    if (start == MAP_FAILED) end_without_memory();
    char *aligned = (char *)rounded_up((uintptr_t)start);
    if (aligned > start) (void)munmap(start, (size_t)(aligned - start));
    if (aligned + size < start + room) (void)munmap(aligned + size, (size_t)(start + room - (aligned + size)));
    return aligned;
}

void *bytes_table_allocate(size_t size) {
    if (size < large_table) {
        void *table = aligned_alloc(64, (size + 63) & ~(size_t)63);
        if (table == NULL) end_without_memory();
        return table;
    }
    void *table = addresses(rounded_up(size), PROT_READ | PROT_WRITE);
    bytes_prefer_large_pages(table, rounded_up(size));
    return table;
}

void bytes_table_free(void *table, size_t size) {
    if (size < large_table) free(table);
    else (void)munmap(table, rounded_up(size));
}

// The table with room for `wanted` bytes: in place where the addresses behind it are free, else moved, else copied.
void *bytes_table_grow(void *table, size_t size, size_t wanted) {
    if (size >= large_table) {
        const size_t old = rounded_up(size), larger = rounded_up(wanted);
        void *moved = mremap(table, old, larger, 0);
        if (moved == MAP_FAILED) {
            void *place = addresses(larger, PROT_NONE);
            moved = mremap(table, old, larger, MREMAP_MAYMOVE | MREMAP_FIXED, place);
            if (moved == MAP_FAILED) (void)munmap(place, larger);
        }
        if (moved != MAP_FAILED) return moved;
    }
    void *copy = bytes_table_allocate(wanted);
    memcpy(copy, table, size);
    bytes_table_free(table, size);
    return copy;
}
