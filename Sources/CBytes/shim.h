// What Swift has no word for: a hint that memory is needed soon. It waits for nothing, and may name any address.
static inline void bytes_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }
