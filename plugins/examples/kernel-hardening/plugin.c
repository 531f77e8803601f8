/* kernel-hardening: what the kernel of a container host should refuse, since all its containers share it. */
#include "settings.h"

#define KERNEL(name, least, most, expected) {"kernel." name, "/proc/sys/kernel/" name, least, most, expected}
#define FS(name, least, most, expected) {"fs." name, "/proc/sys/fs/" name, least, most, expected}

static km_status addresses(km_finding *finding) {
  static const setting settings[] = {
      KERNEL("kptr_restrict", 1, 2, "1 or 2"),
      KERNEL("dmesg_restrict", 1, 1, "1"),
  };
  return judge_settings(finding, settings, KM_COUNT(settings), "settings");
}

static km_status layout(km_finding *finding) {
  static const setting settings[] = {KERNEL("randomize_va_space", 2, 2, "2")};
  return judge_settings(finding, settings, KM_COUNT(settings), "settings");
}

static km_status bpf(km_finding *finding) {
  static const setting settings[] = {
      KERNEL("unprivileged_bpf_disabled", 1, 2, "1 or 2"),
      {"net.core.bpf_jit_harden", "/proc/sys/net/core/bpf_jit_harden", 1, 2, "1 or 2"},
  };
  return judge_settings(finding, settings, KM_COUNT(settings), "settings");
}

static km_status ptrace(km_finding *finding) {
  static const setting settings[] = {{"kernel.yama.ptrace_scope", "/proc/sys/kernel/yama/ptrace_scope", 1, 3, "1, 2 or 3"}};
  return judge_settings(finding, settings, KM_COUNT(settings), "settings");
}

static km_status links(km_finding *finding) {
  static const setting settings[] = {
      FS("protected_hardlinks", 1, 1, "1"),
      FS("protected_symlinks", 1, 1, "1"),
      FS("protected_fifos", 1, 2, "1 or 2"),
      FS("protected_regular", 1, 2, "1 or 2"),
  };
  return judge_settings(finding, settings, KM_COUNT(settings), "settings");
}

static km_status dumps(km_finding *finding) {
  int64_t value;
  km_error error;
  static const setting dumpable = FS("suid_dumpable", 0, 0, "0, or 2 with a core handler that only root reads");
  if (!read_setting(&dumpable, &value, &error)) return km_unread(finding, &error);
  km_evidence(finding, "kernel setting fs.suid_dumpable", dumpable.path, km_number(value), dumpable.expected);
  if (value == 0) return km_pass(finding, "setuid programs leave no core dumps");
  if (value == 2) return km_manual(finding, "core dumps of setuid programs go to the core handler: judge who reads them");
  return km_fail(finding, "setuid programs leave core dumps that their users read");
}

static km_status events(km_finding *finding) {
  static const setting settings[] = {KERNEL("perf_event_paranoid", 2, 4, "2 or more")};
  return judge_settings(finding, settings, KM_COUNT(settings), "settings");
}

static km_status cookies(km_finding *finding) {
  static const setting settings[] = {{"net.ipv4.tcp_syncookies", "/proc/sys/net/ipv4/tcp_syncookies", 1, 2, "1"}};
  return judge_settings(finding, settings, KM_COUNT(settings), "settings");
}

static km_status sysrq(km_finding *finding) {
  int64_t value;
  km_error error;
  static const setting keys = KERNEL("sysrq", 0, 0, "0, or a mask without 1, 8 and 64");
  if (!read_setting(&keys, &value, &error)) {
    if (error.kind == KM_NOT_FOUND) return km_not_applicable(finding, "this kernel was built without magic keys");
    return km_unread(finding, &error);
  }
  km_evidence(finding, "kernel setting kernel.sysrq", keys.path, km_number(value), keys.expected);
  /* 1 is everything; 8 dumps memory and registers, 64 kills processes. */
  if (value == 1 || (value & (8 | 64)) != 0) return km_fail(finding, "whoever reaches a console can dump or kill");
  return km_pass(finding, NULL);
}

#define SYSCTL_D "lines in /etc/sysctl.d/60-hardening.conf, then `sysctl --system`: "

static const km_check CHECKS[] = {
    {.id = "1.1", .level = "1", .slug = "kernel-addresses-visible", .audit = addresses,
     .title = "Ensure that the kernel's addresses and messages are hidden from users",
     .means = "kernel.kptr_restrict is 1 or 2, and kernel.dmesg_restrict is 1.",
     .why = "An exploit of the kernel begins with knowing where its parts lie; a container without seccomp reads both.",
     .audited = "The two files below /proc/sys/kernel.",
     .fix = SYSCTL_D "kernel.kptr_restrict=2, kernel.dmesg_restrict=1"},
    {.id = "1.2", .level = "1", .slug = "address-space-not-randomised", .audit = layout,
     .title = "Ensure that address spaces are laid out at random",
     .means = "kernel.randomize_va_space is 2.",
     .why = "Where a program's parts lie at fixed places, one overflow is enough to run code in it.",
     .audited = "/proc/sys/kernel/randomize_va_space.",
     .fix = SYSCTL_D "kernel.randomize_va_space=2"},
    {.id = "1.3", .level = "1", .slug = "unprivileged-bpf", .audit = bpf,
     .title = "Ensure that users without privileges load no BPF programs",
     .means = "kernel.unprivileged_bpf_disabled is 1 or 2, and net.core.bpf_jit_harden is not 0.",
     .why = "The BPF verifier has been a way from a container to the kernel many times.",
     .audited = "The two files below /proc/sys.",
     .fix = SYSCTL_D "kernel.unprivileged_bpf_disabled=1, net.core.bpf_jit_harden=2"},
    {.id = "1.4", .level = "1", .slug = "ptrace-unrestricted", .audit = ptrace,
     .title = "Ensure that a process traces only its own children",
     .means = "kernel.yama.ptrace_scope is 1, 2 or 3.",
     .why = "Otherwise one broken process reads the keys of every other one of the same user.",
     .audited = "/proc/sys/kernel/yama/ptrace_scope; a kernel without Yama has nothing to set.",
     .fix = SYSCTL_D "kernel.yama.ptrace_scope=1"},
    {.id = "1.5", .level = "1", .slug = "links-unprotected", .audit = links,
     .title = "Ensure that links, FIFOs and files in shared directories are protected",
     .means = "fs.protected_hardlinks and _symlinks are 1, fs.protected_fifos and _regular are 1 or 2.",
     .why = "A link in /tmp leads a privileged program to write where its owner could not; bind mounts share /tmp.",
     .audited = "The four files below /proc/sys/fs.",
     .fix = SYSCTL_D "fs.protected_hardlinks=1, fs.protected_symlinks=1, fs.protected_fifos=2, fs.protected_regular=2"},
    {.id = "1.6", .level = "1", .slug = "setuid-core-dumps", .audit = dumps,
     .title = "Ensure that setuid programs leave no core dumps",
     .means = "fs.suid_dumpable is 0.",
     .why = "The memory of such a program holds what its user must not read: passwords, keys, /etc/shadow.",
     .audited = "/proc/sys/fs/suid_dumpable.",
     .fix = SYSCTL_D "fs.suid_dumpable=0"},
    {.id = "1.7", .level = "1", .slug = "performance-events-open", .audit = events,
     .title = "Ensure that users without privileges count no events of the kernel",
     .means = "kernel.perf_event_paranoid is 2 or more.",
     .why = "Performance events tell about the kernel and about other users' programs, and their code has had holes.",
     .audited = "/proc/sys/kernel/perf_event_paranoid.",
     .fix = SYSCTL_D "kernel.perf_event_paranoid=2"},
    {.id = "1.8", .level = "1", .slug = "routes-taken-from-strangers", .audit = routing,
     .title = "Ensure that the network takes no routes from strangers",
     .means = "Source routes and redirects are refused, and senders are checked, on every interface.",
     .why = "A neighbour could lead the host's traffic through itself.",
     .audited = "Three files for each interface below /proc/sys/net/ipv4/conf, combined with \"all\" as the kernel does.",
     .fix = SYSCTL_D "net.ipv4.conf.all.accept_redirects=0, net.ipv4.conf.all.rp_filter=1 and their like"},
    {.id = "1.9", .level = "1", .slug = "syn-floods", .audit = cookies,
     .title = "Ensure that SYN floods are answered with cookies",
     .means = "net.ipv4.tcp_syncookies is 1.",
     .why = "A flood of half-open connections otherwise shuts out everyone else.",
     .audited = "/proc/sys/net/ipv4/tcp_syncookies.",
     .fix = SYSCTL_D "net.ipv4.tcp_syncookies=1"},
    {.id = "1.10", .level = "1", .slug = "needless-forwarding", .audit = forwarding,
     .title = "Ensure that packets are forwarded only where Docker's networks need it",
     .means = "net.ipv4.ip_forward is 0, or Docker has networks that need it and the firewall keeps the others apart.",
     .why = "Docker switches forwarding on for all interfaces: the host becomes a router between its networks.",
     .audited = "/proc/sys/net/ipv4/ip_forward, and the drivers of Docker's networks.",
     .fix = "`iptables -P FORWARD DROP`, and rules in DOCKER-USER; or net.ipv4.ip_forward=0 where no container needs it"},
    {.id = "1.11", .level = "2", .slug = "sysrq-open", .audit = sysrq,
     .title = "Ensure that the console's magic keys neither dump nor kill",
     .means = "kernel.sysrq is 0, or a mask without 1, 8 and 64.",
     .why = "A console, also a virtual one, then needs no password to read memory or to end the audit daemon.",
     .audited = "/proc/sys/kernel/sysrq.",
     .fix = SYSCTL_D "kernel.sysrq=176"},
};

const km_section keelmark_section = {
    .benchmark = "kernel-hardening-1",
    .number = "1",
    .title = "The kernel that all containers share",
    .checks = CHECKS,
    .count = KM_COUNT(CHECKS),
};
