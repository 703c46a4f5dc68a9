// What Swift cannot call as it is: functions with a variable number of arguments, and system calls without a function.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <poll.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

// The numbers of landlock_create_ruleset and its two companions, the same on every architecture; headers older than
// Linux 5.13 lack them.
enum { host_landlock_create = 444, host_landlock_add = 445, host_landlock_restrict = 446 };

// As in linux/landlock.h of Linux 6.12; older headers have fewer members.
struct host_landlock_ruleset {
    uint64_t files, ports, scopes;
};
struct __attribute__((packed)) host_landlock_path {
    uint64_t access;
    int32_t directory;
};
struct host_landlock_port {
    uint64_t access, port;
};

static inline long host_landlock_version(void) {
    return syscall(host_landlock_create, NULL, (size_t)0, 1u);
}
static inline long host_landlock_begin(const struct host_landlock_ruleset *rules) {
    return syscall(host_landlock_create, rules, sizeof(*rules), 0u);
}
static inline long host_landlock_add_path(int ruleset, const struct host_landlock_path *rule) {
    return syscall(host_landlock_add, ruleset, 1, rule, 0u);
}
static inline long host_landlock_add_port(int ruleset, const struct host_landlock_port *rule) {
    return syscall(host_landlock_add, ruleset, 2, rule, 0u);
}
static inline long host_landlock_enforce(int ruleset) {
    return syscall(host_landlock_restrict, ruleset, 0u);
}

// Gives up every capability of this thread: permitted, effective and inheritable.
static inline long host_drop_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    return syscall(SYS_capset, &header, none);
}
static inline int host_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
static inline int host_clear_ambient(void) {
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}
static inline int host_drop_bound(int capability) {
    return prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}
// Whether the kernel has seccomp filters: it then complains of the missing program, and otherwise of the request.
static inline int host_has_filters(void) {
    return prctl(PR_SET_SECCOMP, 2, NULL, 0, 0) == -1 && errno == EFAULT;
}

// Sends by a descriptor whose upper half is not zero, which the kernel does not look at: for the probe of the sandbox.
static inline long host_send_wide(int socket, const void *bytes, size_t count) {
    return syscall(SYS_sendto, (unsigned long)(unsigned)socket | 1UL << 32, bytes, count, 0, NULL, 0);
}
// Whether a call whose first argument is a descriptor is let through, whatever comes of it: for the probe of the sandbox. The second
// argument is a number that is no address and no open descriptor, the others are zero.
static inline int host_is_let_through(long call, int descriptor) {
    return syscall(call, (unsigned long)(unsigned)descriptor, 201UL, 0, 0, 0, 0) >= 0 || errno != EPERM;
}
// Another number for a descriptor by fcntl(2), which has a variable number of arguments.
static inline int host_duplicate(int descriptor) {
    return fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

// A datagram socket connected to the address `path` in the file system, or of an abstract name where it begins with '@';
// below zero where that fails.
static inline int host_connect_datagram(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) return -1;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (connect(descriptor, (struct sockaddr *)&address, size) == 0) return descriptor;
    close(descriptor);
    return -1;
}

// The signals that a sensor answers: to end, to read rules again, to write a stats event.
static inline void host_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGUSR1);
}
// Blocks them for this thread and those that it starts, or lets them through again.
static inline int host_block_signals(int blocks) {
    sigset_t set;
    host_signals(&set);
    return pthread_sigmask(blocks ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}
// Waits for one of them and returns its number; 0 if the wait failed.
static inline int host_wait_for_signal(void) {
    sigset_t set;
    int number = 0;
    host_signals(&set);
    return sigwait(&set, &number) == 0 ? number : 0;
}

// Makes sure that the descriptors 0, 1 and 2 are open, so that no file of the process gets one of their numbers. Reading from
// what was closed finds nothing, writing to standard output fails, and standard error leads nowhere.
static inline void host_occupy_descriptors(void) {
    for (int number = 0; number <= 2; number++) {
        if (fcntl(number, F_GETFD) >= 0 || errno != EBADF) continue;
        (void)open("/dev/null", number == 2 ? O_WRONLY : O_RDONLY);
    }
}
// Writes out what standard output holds; the error number if that, or an earlier write, failed, otherwise 0.
static inline int host_flush_output(void) {
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) return 0;
    return errno ? errno : EIO;
}

// The columns of the terminal that `descriptor` is; 0 if it is not one, or one that does not say.
static inline int host_columns(int descriptor) {
    struct winsize size = {0};
    if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

// The rows of the terminal that `descriptor` is; 0 if it is none, or one that does not say.
static inline int host_rows(int descriptor) {
    struct winsize size = {0};
    if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_row;
}
// Has the terminal `descriptor` pass on each key as it is pressed, without showing it and without signals from keys, and puts how it
// was into `saved`; false if it is no terminal.
static inline int host_terminal_begin(int descriptor, struct termios *saved) {
    if (tcgetattr(descriptor, saved) != 0) return 0;
    struct termios keys = *saved;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    keys.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
    keys.c_cc[VMIN] = 1;
    keys.c_cc[VTIME] = 0;
    return tcsetattr(descriptor, TCSAFLUSH, &keys) == 0;
}
static inline void host_terminal_restore(int descriptor, const struct termios *saved) {
    (void)tcsetattr(descriptor, TCSAFLUSH, saved);
}
// Waits for a byte from `descriptor`: the byte, -1 after `milliseconds` without one, -2 if none will come any more.
static inline int host_key(int descriptor, int milliseconds) {
    struct pollfd wait = {descriptor, POLLIN, 0};
    int count = poll(&wait, 1, milliseconds);
    if (count == 0 || (count < 0 && errno == EINTR)) return -1;
    unsigned char byte = 0;
    ssize_t length = count > 0 ? read(descriptor, &byte, 1) : -1;
    if (length < 0 && errno == EINTR) return -1;
    return length == 1 ? byte : -2;
}

// inotify(7): a descriptor that does not block, and a watch on what changes at `path`; below zero if that fails.
static inline int host_watch_begin(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }
static inline int host_watch_add(int watch, const char *path) {
    return inotify_add_watch(watch, path, IN_CREATE | IN_DELETE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO |
                                              IN_DELETE_SELF | IN_MOVE_SELF | IN_EXCL_UNLINK);
}
// Takes every event that waits and returns how many bytes they had; 0 if there was none.
static inline long host_watch_drain(int watch) {
    char events[4096];
    long all = 0, count;
    while ((count = read(watch, events, sizeof events)) > 0) all += count;
    return all;
}
