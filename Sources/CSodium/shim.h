// The one function of libsodium that minisign's prehashed signatures need, found when one is checked: a sensor neither links nor
// loads libsodium. No header of it is needed to build.
#include <dlfcn.h>
#include <stddef.h>

/// Writes the BLAKE2b-512 (RFC 7693) of `length` bytes at `bytes` to the 64 bytes at `digest`; 0 if libsodium is not installed.
static inline int egret_blake2b_512(const void *bytes, size_t length, unsigned char *digest) {
    const char *names[] = {"libsodium.so.23", "libsodium.so.26"};
    void *library = NULL;
    for (size_t index = 0; index < sizeof names / sizeof names[0] && library == NULL; index++)
        library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 0;
    int (*start)(void) = (int (*)(void))dlsym(library, "sodium_init");
    int (*hash)(unsigned char *, size_t, const unsigned char *, unsigned long long, const unsigned char *, size_t) =
        (int (*)(unsigned char *, size_t, const unsigned char *, unsigned long long, const unsigned char *, size_t))dlsym(
            library, "crypto_generichash_blake2b");
    if (start == NULL || hash == NULL || start() < 0) return 0;
    return hash(digest, 64, (const unsigned char *)bytes, length, NULL, 0) == 0;
}
