import CHost
import Glibc

/// The kernel's seccomp filter, made by libseccomp: which system calls the process can still make. All others fail with
/// EPERM; there is no way back.
enum SystemCallFilter {
    /// Enforces the filter on all threads; false if the kernel has no seccomp filters.
    static func enforce(_ limits: Sandbox.Limits) throws(HostError) -> Bool {
        // First what is refused of single descriptors: the kernel asks both filters, and the second one leaves no call that could
        // load a further one.
        let rules = limits.packetSockets.flatMap { refusals(of: $0, rebinds: limits.rebindsPacketSockets) }
        if !rules.isEmpty, !(try load(rules, otherwise: allowance)) { return false }
        return try load(allowed.map { Rule($0) } + restricted(limits), otherwise: refused(EPERM))
    }

    /// Loads a filter of `rules`; a call that none of them names has the action `otherwise`.
    private static func load(_ rules: [Rule], otherwise action: UInt32) throws(HostError) -> Bool {
        // Invariant: the filter is used by this function alone, and released at its end.
        guard let filter = unsafe seccomp_init(action) else { throw HostError("libseccomp has no memory") }
        defer { unsafe seccomp_release(filter) }
        unsafe seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1)
        for rule in rules { try unsafe add(rule, to: filter) }
        let status = unsafe seccomp_load(filter)
        if status == -EINVAL || status == -ENOSYS { return false }
        guard status == 0 else { throw HostError("seccomp cannot be enforced: error \(-status)") }
        return true
    }

    /// A call, and what its arguments must be.
    private struct Rule {
        let name: String
        var action = allowance
        var arguments: [scmp_arg_cmp] = []

        init(_ name: String, action: UInt32 = allowance, _ arguments: [scmp_arg_cmp] = []) {
            self.name = name
            self.action = action
            self.arguments = arguments
        }
    }

    private static func add(_ rule: Rule, to filter: scmp_filter_ctx) throws(HostError) {
        // Invariant: the name is a terminated copy for the call.
        let number = unsafe seccomp_syscall_resolve_name(rule.name)
        // What this architecture does not have cannot be called either.
        guard number >= 0 else { return }
        // Invariant: the library reads as many arguments as it is told, during the call.
        let status = unsafe seccomp_rule_add_array(
            filter, rule.action, number, UInt32(rule.arguments.count), rule.arguments)
        guard status == 0 else { throw HostError("seccomp refuses a rule on \(rule.name): error \(-status)") }
    }

    /// What cannot be done with the packet socket `descriptor`: to send, to have another number for it, and unless `rebinds` to
    /// bind it to another interface or to change what it receives there.
    private static func refusals(of descriptor: Int32, rebinds: Bool) -> [Rule] {
        // The kernel takes the lower half of the register for the descriptor, whatever the upper half holds.
        let own = bits(of: 0, -1, descriptor)
        var calls = [
            "sendto", "sendmsg", "sendmmsg", "write", "writev", "pwrite64", "pwritev", "pwritev2", "connect", "dup",
            "dup2", "dup3",
        ]
        if !rebinds { calls += ["bind", "setsockopt"] }
        let copies = [F_DUPFD, F_DUPFD_CLOEXEC].map { command in
            Rule("fcntl", action: refused(EPERM), [own, bits(of: 1, -1, command)])
        }
        return calls.map { Rule($0, action: refused(EPERM), [own]) } + copies
    }

    /// What is allowed in part, by its arguments.
    private static func restricted(_ limits: Sandbox.Limits) -> [Rule] {
        var rules = [
            // Threads, and no processes: clone3 keeps its flags if no filter sees them, and libc does without it.
            Rule("clone3", action: refused(ENOSYS)),
            Rule("clone", [bits(of: 0, thread, thread)]),
        ]
        // No memory that can be executed, if no library is loaded.
        let executable = limits.loadsLibraries ? [] : [bits(of: 2, PROT_EXEC, 0)]
        rules += [Rule("mmap", executable), Rule("mprotect", executable)]
        // No file that gives its runner the rights of its owner or group.
        for (name, mode) in [
            ("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("open", 2), ("openat", 3), ("mkdir", 1), ("mkdirat", 2),
        ]
            as [(String, UInt32)]
        {
            rules.append(Rule(name, [bits(of: mode, setID, 0)]))
        }
        for request in controls { rules.append(Rule("ioctl", [bits(of: 1, Int32.max, request)])) }
        if limits.usesUnixSockets { rules.append(Rule("socket", [bits(of: 0, Int32.max, AF_UNIX)])) }
        if limits.usesInternet {
            // Names are resolved with the help of netlink. These calls can also pass descriptors on by sockets of the file system.
            rules += ["sendmsg", "sendmmsg", "recvmsg", "recvmmsg"].map { Rule($0) }
            for family in [AF_INET, AF_INET6, AF_NETLINK] {
                rules.append(Rule("socket", [bits(of: 0, Int32.max, family)]))
            }
        }
        return rules
    }

    /// That the bits `mask` of an argument are those of `value`.
    private static func bits(of argument: UInt32, _ mask: Int32, _ value: Int32) -> scmp_arg_cmp {
        scmp_arg_cmp(
            arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(UInt32(bitPattern: mask)),
            datum_b: UInt64(UInt32(bitPattern: value)))
    }

    /// The set-user-ID and set-group-ID bits of a mode.
    private static let setID: Int32 = 0o6000
    /// `CLONE_THREAD` of clone(2).
    private static let thread: Int32 = 0x0001_0000
    private static let allowance: UInt32 = 0x7fff_0000
    private static func refused(_ error: Int32) -> UInt32 { 0x0005_0000 | UInt32(bitPattern: error) }

    /// The requests of ioctl(2): of a terminal, of a descriptor, and about interfaces.
    private static let controls: [Int32] = [
        0x5401, 0x5413, 0x541B, 0x5421, 0x8912, 0x8913, 0x8921, 0x8927, 0x8933, 0x8946,
    ]

    /// What is allowed as it is.
    private static let allowed = """
        accept accept4 access bind brk clock_getres clock_gettime clock_nanosleep close close_range connect \
        copy_file_range dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd2 exit exit_group \
        faccessat faccessat2 fadvise64 fallocate fcntl fdatasync fgetxattr flock fstat fstatfs fsync \
        ftruncate futex getcpu getcwd getdents64 getegid geteuid getgid getgroups getpeername getpgrp getpid getppid \
        getrandom getresgid getresuid getrlimit getrusage getsockname getsockopt gettid gettimeofday getuid getxattr \
        inotify_add_watch inotify_rm_watch lgetxattr link linkat listen listxattr lseek lstat madvise membarrier mincore \
        mlock mremap munlock munmap nanosleep newfstatat pause pipe pipe2 poll ppoll prctl pread64 preadv prlimit64 \
        pselect6 pwrite64 pwritev read readlink readlinkat readv recvfrom rename renameat renameat2 \
        restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend \
        rt_sigtimedwait rt_tgsigqueueinfo sched_getaffinity sched_getparam sched_getscheduler sched_yield select \
        sendto set_robust_list set_tid_address setsockopt shutdown sigaltstack signalfd4 stat statfs statx \
        symlink symlinkat sysinfo tgkill time timerfd_create timerfd_settime timerfd_gettime times truncate umask uname \
        unlink unlinkat utimensat write writev
        """.split(separator: " ").map(String.init)
}
