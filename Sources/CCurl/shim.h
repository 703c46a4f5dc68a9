// The few functions of libcurl that a webhook and a download need, found when one is opened: a sensor without a webhook neither
// links nor loads libcurl, nor the libraries that it brings. Swift cannot call functions with a variable number of arguments.
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef struct egret_curl {
    CURL *handle;
    struct curl_slist *headers;
    CURLcode (*setopt)(CURL *, CURLoption, ...);
    CURLcode (*perform)(CURL *);
    CURLcode (*getinfo)(CURL *, CURLINFO, ...);
    const char *(*strerror)(CURLcode);
    struct curl_slist *(*append)(struct curl_slist *, const char *);
    void (*free_all)(struct curl_slist *);
    void (*cleanup)(CURL *);
} egret_curl;

static size_t egret_curl_discard(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

/// Finds libcurl and makes a handle for requests to `url`; 0 if it is not installed, or gives none.
static inline int egret_curl_load(egret_curl *curl, const char *url, long timeout_ms) {
    memset(curl, 0, sizeof *curl);
    // The library is never let go of: some of those that it brings do not bear that.
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return 0;
    CURLcode (*start)(long) = (CURLcode (*)(long))dlsym(library, "curl_global_init");
    CURL *(*make)(void) = (CURL * (*)(void)) dlsym(library, "curl_easy_init");
    curl->setopt = (CURLcode(*)(CURL *, CURLoption, ...))dlsym(library, "curl_easy_setopt");
    curl->perform = (CURLcode(*)(CURL *))dlsym(library, "curl_easy_perform");
    curl->getinfo = (CURLcode(*)(CURL *, CURLINFO, ...))dlsym(library, "curl_easy_getinfo");
    curl->strerror = (const char *(*)(CURLcode))dlsym(library, "curl_easy_strerror");
    curl->append = (struct curl_slist * (*)(struct curl_slist *, const char *)) dlsym(library, "curl_slist_append");
    curl->free_all = (void (*)(struct curl_slist *))dlsym(library, "curl_slist_free_all");
    curl->cleanup = (void (*)(CURL *))dlsym(library, "curl_easy_cleanup");
    if (!start || !make || !curl->setopt || !curl->perform || !curl->getinfo || !curl->strerror || !curl->append
        || !curl->free_all || !curl->cleanup || start(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 0;
    curl->handle = make();
    if (curl->handle == NULL) return 0;
    CURLcode result = curl->setopt(curl->handle, CURLOPT_URL, url);
    result |= curl->setopt(curl->handle, CURLOPT_NOSIGNAL, 1L);
    result |= curl->setopt(curl->handle, CURLOPT_TIMEOUT_MS, timeout_ms);
    result |= curl->setopt(curl->handle, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
    return result == CURLE_OK;
}

/// Makes a handle for POST requests to `url`; 0 if libcurl is not installed, or gives none.
static inline int egret_curl_open(egret_curl *curl, const char *url, long timeout_ms) {
    if (egret_curl_load(curl, url, timeout_ms) == 0) return 0;
    CURLcode result = curl->setopt(curl->handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    result |= curl->setopt(curl->handle, CURLOPT_FOLLOWLOCATION, 0L);
    result |= curl->setopt(curl->handle, CURLOPT_POST, 1L);
    result |= curl->setopt(curl->handle, CURLOPT_WRITEFUNCTION, egret_curl_discard);
    return result == CURLE_OK;
}

/// What was received, in memory that `free` gives back.
typedef struct egret_curl_body {
    unsigned char *bytes;
    size_t count;
    size_t capacity;
    size_t limit;
    int is_too_large;
} egret_curl_body;

static size_t egret_curl_collect(char *bytes, size_t size, size_t count, void *context) {
    egret_curl_body *body = context;
    size_t length = size * count; // `size` is always 1 (CURLOPT_WRITEFUNCTION)
    if (length > body->limit - body->count) {
        body->is_too_large = 1;
        return 0;
    }
    if (length > body->capacity - body->count) {
        size_t capacity = body->capacity * 2 + length;
        if (capacity > body->limit) capacity = body->limit;
        unsigned char *grown = realloc(body->bytes, capacity);
        if (grown == NULL) return 0;
        body->bytes = grown;
        body->capacity = capacity;
    }
    memcpy(body->bytes + body->count, bytes, length);
    body->count += length;
    return length;
}

/// Makes a handle for one GET request to `url` over HTTPS; redirects are followed to other HTTPS addresses, five at most. 0 if
/// libcurl is not installed, or gives none.
static inline int egret_curl_open_download(egret_curl *curl, const char *url, long timeout_ms) {
    if (egret_curl_load(curl, url, timeout_ms) == 0) return 0;
    CURLcode result = curl->setopt(curl->handle, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
    result |= curl->setopt(curl->handle, CURLOPT_REDIR_PROTOCOLS, (long)CURLPROTO_HTTPS);
    result |= curl->setopt(curl->handle, CURLOPT_FOLLOWLOCATION, 1L);
    result |= curl->setopt(curl->handle, CURLOPT_MAXREDIRS, 5L);
    result |= curl->setopt(curl->handle, CURLOPT_HTTPGET, 1L);
    result |= curl->setopt(curl->handle, CURLOPT_WRITEFUNCTION, egret_curl_collect);
    return result == CURLE_OK;
}

/// Sends the GET request and collects at most `body->limit` bytes; its status, or 0 and the reason in `reason`, a constant of the
/// library. The bytes are the caller's to free in both cases.
static inline long egret_curl_download(egret_curl *curl, egret_curl_body *body, const char **reason) {
    long status = 0;
    curl->setopt(curl->handle, CURLOPT_WRITEDATA, body);
    CURLcode result = curl->perform(curl->handle);
    curl->setopt(curl->handle, CURLOPT_WRITEDATA, NULL);
    *reason = curl->strerror(result);
    if (result != CURLE_OK || curl->getinfo(curl->handle, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK) return 0;
    return status;
}

/// Trusts the certificates of the file at `path` (PEM) in place of the system's.
static inline int egret_curl_trust(egret_curl *curl, const char *path) {
    return curl->setopt(curl->handle, CURLOPT_CAINFO, path) == CURLE_OK;
}

/// Adds a header to every request.
static inline int egret_curl_header(egret_curl *curl, const char *header) {
    struct curl_slist *longer = curl->append(curl->headers, header);
    if (longer == NULL) return 0;
    curl->headers = longer;
    return curl->setopt(curl->handle, CURLOPT_HTTPHEADER, longer) == CURLE_OK;
}

/// Sends one request; its status, or 0 and the reason in `reason`, a constant of the library.
static inline long egret_curl_post(egret_curl *curl, const void *body, long length, const char **reason) {
    long status = 0;
    curl->setopt(curl->handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl->setopt(curl->handle, CURLOPT_POSTFIELDS, body);
    CURLcode result = curl->perform(curl->handle);
    // Not a byte of the body is kept past the call.
    curl->setopt(curl->handle, CURLOPT_POSTFIELDS, NULL);
    *reason = curl->strerror(result);
    if (result != CURLE_OK || curl->getinfo(curl->handle, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK) return 0;
    return status;
}

/// Sends one request to `url` and collects at most `answer->limit` bytes of what comes back; its status, or 0 and the reason in
/// `reason`, a constant of the library. The bytes are the caller's to free in both cases.
static inline long egret_curl_exchange(
    egret_curl *curl, const char *url, const void *body, long length, egret_curl_body *answer, const char **reason) {
    if (curl->setopt(curl->handle, CURLOPT_URL, url) != CURLE_OK) {
        *reason = "the address cannot be used";
        return 0;
    }
    curl->setopt(curl->handle, CURLOPT_WRITEFUNCTION, egret_curl_collect);
    curl->setopt(curl->handle, CURLOPT_WRITEDATA, answer);
    long status = egret_curl_post(curl, body, length, reason);
    curl->setopt(curl->handle, CURLOPT_WRITEFUNCTION, egret_curl_discard);
    curl->setopt(curl->handle, CURLOPT_WRITEDATA, NULL);
    return status;
}

/// Lets the handle and its headers go.
static inline void egret_curl_close(egret_curl *curl) {
    if (curl->handle != NULL) curl->cleanup(curl->handle);
    if (curl->headers != NULL) curl->free_all(curl->headers);
    memset(curl, 0, sizeof *curl);
}
