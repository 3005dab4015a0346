/**
 * The system calls that no sandboxed program needs and that reach into the kernel or past a limit. Numbers: Linux
 * arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64).
 */

/** [x64, arm64]; null where the architecture has no such call. */
export const DENIED: Readonly<Record<string, readonly [number, number | null]>> = {
  // Other processes' memory.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  pidfd_getfd: [438, 438],
  // Mounts and namespaces.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  move_mount: [429, 429],
  open_tree: [428, 428],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  unshare: [272, 97],
  setns: [308, 268],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  // Of these the kernel counts how many there are for the whole machine, or for all that its user runs.
  io_setup: [206, 0],
  inotify_init: [253, null],
  inotify_init1: [294, 26],
  // Large or young parts of the kernel.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  uselib: [134, null],
  modify_ldt: [154, null],
  // Memory that no rlimit counts.
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  shmat: [30, 196],
  msgget: [68, 186],
  semget: [64, 190],
  // The machine itself.
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  syslog: [103, 116],
  acct: [163, 89],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  iopl: [172, null],
  ioperm: [173, null],
  vhangup: [153, 58],
};

export interface Architecture {
  /** AUDIT_ARCH_* of include/uapi/linux/audit.h. */
  readonly audit: number;
  readonly column: 0 | 1;
  readonly clone: number;
  readonly ioctl: number;
  readonly socket: number;
  readonly socketpair: number;
  readonly setsockopt: number;
  /** Calls of another ABI of the same machine begin here (x32). */
  readonly otherAbi?: number;
}

export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    column: 0,
    clone: 56,
    ioctl: 16,
    socket: 41,
    socketpair: 53,
    setsockopt: 54,
    otherAbi: 0x40000000,
  },
  arm64: { audit: 0xc00000b7, column: 1, clone: 220, ioctl: 29, socket: 198, socketpair: 199, setsockopt: 208 },
};
